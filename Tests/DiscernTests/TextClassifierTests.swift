import Discern
import DiscernBatching
import DiscernCorpus
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

/// A small model on the embedded corpus, quick to train.
func smallRecipe() -> TrainingRecipe {
  var recipe = TrainingRecipe()
  recipe.hiddenSize = 16
  recipe.attentionSize = 16
  recipe.embeddingSize = 16
  recipe.options.epochs = 2
  recipe.options.batchSize = .texts(16)
  return recipe
}

let trainPath = SharedData.projectRoot.appendingPathComponent("corpora/reviews/train.tsv").path
let testPath = SharedData.projectRoot.appendingPathComponent("corpora/reviews/test.tsv").path

@Test func trainSaveLoadGivesEqualBits() throws {
  try withTemporaryFolder { folder in
    let trained = try TextClassifier.train(on: [trainPath], recipe: smallRecipe())
    try trained.write(to: folder + "/model")
    let loaded = try TextClassifier(contentsOf: folder + "/model")
    let texts = [
      "A lovely film.", "", "zzqq", "Not bad at all, but far too long!", "<b>Terrible</b> &amp; dull",
    ]
    let (before, after) = (try trained.classify(texts), try loaded.classify(texts))
    #expect(before == after)
    #expect(before.map(\.evidence) == [.normal, .empty, .allUnknown, .normal, .normal])
    for verdict in before {
      #expect(abs(verdict.ranking.reduce(0) { $0 + $1.probability } - 1) < 1e-6)
      #expect(verdict.label == verdict.ranking[0].label)
    }
    // Alone and among others: the same bits.
    for (text, verdict) in zip(texts, before) { #expect(try loaded.classify(text) == verdict) }
    #expect(loaded.labels.names == ["neg", "pos"])
    #expect(loaded.record.runs.map(\.epochs.count) == [2])
  }
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

@Test func theReadmeShowsTheExamplesAsTheyAreCompiled() throws {
  func text(_ path: String) throws -> String {
    try String(contentsOf: SharedData.projectRoot.appendingPathComponent(path), encoding: .utf8)
  }
  let readme = try text("README.md")
  for example in ["Examples/Classify/main.swift", "Examples/Train/main.swift"] {
    #expect(readme.contains(try text(example)), "\(example) is not in the README")
  }
}
