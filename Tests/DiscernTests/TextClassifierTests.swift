import Discern
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

/// A small model on the embedded corpus, quick to train; none of its settings follow from the texts.
func smallRecipe() -> TrainingRecipe {
  var recipe = TrainingRecipe()
  recipe.automatic = []
  recipe.encoder.hiddenSize = 16
  recipe.encoder.attentionSize = 16
  recipe.encoder.embeddingSize = 16
  recipe.options.epochs = 2
  recipe.options.batchSize = .texts(16)
  return recipe
}

let trainPath = SharedData.projectRoot.appendingPathComponent("corpora/reviews/train.tsv").path
let testPath = SharedData.projectRoot.appendingPathComponent("corpora/reviews/test.tsv").path

/// The plain model, two with everything of regularisation and depth that goes together, and two with
/// self-attention.
private let recipes: [@Sendable (inout TrainingRecipe) -> Void] = [
  { _ in },
  {
    $0.encoder.cell = .gru
    $0.encoder.layerCount = 2
    $0.encoder.dropoutKind = .locked
    $0.encoder.wordDropout = 0.1
    $0.encoder.weightDropout = 0.2
    $0.encoder.layerNorm = LayerNormPlace.allCases
    $0.encoder.residual = true
    $0.encoder.backpropagationWindow = 10
    $0.options.dropoutTo = 0.2
  },
  {
    $0.encoder.cell = .rnn
    $0.encoder.isBidirectional = false
    $0.encoder.layerCount = 2
    $0.encoder.dropoutKind = .element
    $0.encoder.layerDropout = 0.1
    $0.encoder.batchNorm = .perStep
    $0.maximumTokens = 30
    $0.encoder.residual = true
  },
  {
    ($0.network, $0.attentionLayers, $0.attentionHeads) = (.hybrid, 2, 2)
    $0.encoder.layerDropout = 0.1
    $0.options.adversarial = .fgm
  },
  { ($0.network, $0.attentionHeads) = (.attention, 2) },
]

@Test(arguments: recipes.indices) func trainSaveLoadGivesEqualBits(index: Int) throws {
  try withTemporaryFolder { folder in
    var recipe = smallRecipe()
    recipes[index](&recipe)
    let trained = try TextClassifier.train(on: [trainPath], recipe: recipe)
    try trained.write(to: folder + "/model")
    let loaded = try TextClassifier(contentsOf: folder + "/model")
    let texts = [
      "A lovely film.", "", "ωψ", "Not bad at all, but far too long!", "<b>Terrible</b> &amp; dull",
    ]
    let (before, after) = (try trained.classify(texts), try loaded.classify(texts))
    #expect(before == after)
    #expect(before.map(\.evidence) == [.normal, .empty, .allUnknown, .normal, .normal])
    for prediction in before {
      #expect(abs(prediction.ranking.reduce(0) { $0 + $1.probability } - 1) < 1e-6)
      #expect(prediction.label == prediction.ranking[0].label)
    }
    // Alone and among others: the same bits.
    for (text, prediction) in zip(texts, before) { #expect(try loaded.classify(text) == prediction) }
    #expect(loaded.labels.names == ["neg", "pos"])
    #expect(loaded.record.runs.map(\.epochs.count) == [2])
    #expect(loaded.record.recipe == recipe)
    #expect(loaded.networks.map(\.configuration) == trained.networks.map(\.configuration))
  }
}

@Test func recipesThatMakeNoSenseAreRefused() {
  let changes: [(words: String, change: (inout TrainingRecipe) -> Void)] = [
    ("layer-dropout", { $0.encoder.layerDropout = 0.1 }),
    ("layer-norm", { $0.encoder.layerNorm = [.between] }),
    (
      "batch-norm",
      {
        $0.encoder.batchNorm = .flattened
        $0.encoder.layerNorm = [.output]
      }
    ),
    (
      "limit of tokens",
      {
        $0.encoder.batchNorm = .perStep
        $0.maximumTokens = nil
      }
    ),
    (
      "epochs",
      {
        $0.options.epochs = 1
        $0.options.dropoutTo = 0.1
      }
    ),
    ("dropout", { $0.options.dropoutTo = 1 }),
  ]
  for (words, change) in changes {
    var recipe = TrainingRecipe()
    change(&recipe)
    let error = #expect(throws: DiscernError.self) { try recipe.validate() }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }
}

/// By default, dropout between layers is that of the pooled vector, and there is none with one layer.
@Test func dropoutBetweenLayersComesWithTheLayers() throws {
  var recipe = TrainingRecipe()
  recipe.encoder.outputDropout = 0.3
  func rate() -> Float? {
    recipe.configuration(vocabularySize: 10, heads: [HeadConfiguration(.classes(count: 2))], embeddingSize: 4)
      .encoder.recurrent?.layerDropoutRate
  }
  #expect(rate() == 0)
  try recipe.validate()
  recipe.encoder.layerCount = 2
  #expect(rate() == 0.3)
  recipe.encoder.layerDropout = 0.1
  #expect(rate() == 0.1)
}

@Test func trainingFromFilesIsTheSameForAnyNumberOfThreads() throws {
  func scores(_ threads: Int) throws -> [Classification] {
    let classifier = try TextClassifier.train(
      on: [trainPath], recipe: smallRecipe(), compute: Compute(threadCount: threads))
    let session = try classifier.makeSession()
    session.includesDetails = true
    for text in ["Best soup in town.", "I want my money back."] {
      try Array(text.utf8).withUnsafeBufferPointer { try session.add($0) }
    }
    return session.classify()
  }
  let one = try scores(1)
  #expect(try scores(2) == one)
  #expect(try scores(3) == one)
}

@Test func aModelThatDoesNotExistIsNamed() {
  #expect(throws: DiscernError.self) { try TextClassifier(contentsOf: "/no/such/model") }
}

@Test func aSingleLabelIsRefused() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/one.tsv"
    try "pos\tgood\npos\tfine\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: DiscernError.self) { try TextClassifier.train(on: [path], recipe: smallRecipe()) }
  }
}

@Test func evaluationRefusesALabelThatTheModelDoesNotHave() throws {
  try withTemporaryFolder { folder in
    let classifier = try TextClassifier.train(on: [trainPath], recipe: smallRecipe())
    let path = folder + "/other.tsv"
    try "label\ttext\npos\tgood\nodd\tfine\n".write(toFile: path, atomically: true, encoding: .utf8)
    do {
      _ = try classifier.evaluate(on: [path])
      Issue.record("the label “odd” was accepted")
    } catch {
      #expect("\(error)".contains("odd") && "\(error)".contains("other.tsv:3"))
    }
  }
}

@Test func theVocabularyFileIsWhatTheCorpusGives() throws {
  let recipe = TrainingRecipe()
  let counts = try Corpus(paths: [trainPath]).countTokens(
    with: .init(recipe.tokenizer), threads: 2)
  let path = SharedData.projectRoot.appendingPathComponent("vocab/reviews.txt").path
  let saved = try Vocabulary(path: path)
  #expect(counts.builder.build(maximumSize: 25_000, minimumCount: 1) == saved)
}
