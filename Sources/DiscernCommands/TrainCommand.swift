import ArgumentParser
import Discern
import DiscernBatching
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary
import Foundation

extension SelectionMetric: ExpressibleByArgument {}
extension AdversarialMethod: ExpressibleByArgument {}

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a classifier on labelled texts.",
    discussion: """
      Needs nothing but --train and --output. Ctrl-C finishes the step, saves the best weights so far and
      exits with 130; a second one ends at once.

      Examples:
        discern train --train reviews.tsv --output model
        discern train --train aclImdb --vectors glove.6B.100d.txt.xz --output model --epochs 10
      """)

  private static let defaults = TrainingRecipe()

  @Option(help: "Labelled texts: a file, a folder or an archive; may be repeated.")
  var train: [String]

  @Option(
    help: "Labelled texts to watch while training; may be repeated. Default: hold out a part of --train.")
  var dev: [String] = []

  @Option(help: "The share of --train that is held out, stratified, when there is no --dev.")
  var devFraction = defaults.developmentFraction

  @Option(help: "A vocabulary file. Default: build one from --train.")
  var vocab: String?

  @Option(help: "Words of the vocabulary that is built, <pad> and <unk> included.")
  var maxSize = defaults.vocabularySize

  @Option(help: "Leave rarer words out of the vocabulary that is built.")
  var minCount = defaults.minimumCount

  @Option(help: "Word vectors to begin from: GloVe, word2vec or fastText text, also compressed.")
  var vectors: String?

  @Option(help: "The folder to write the model to.")
  var output: String

  @Option(help: "Passes over the training texts, at most.")
  var epochs = defaults.options.epochs

  @Option(help: "Texts a step.")
  var batchSize = 64

  @Option(help: "Tokens a step, at most, instead of a number of texts.")
  var batchTokens: Int?

  @Option(help: "Units of each LSTM direction.")
  var hidden = defaults.hiddenSize

  @Option(help: "LSTM layers.")
  var layers = defaults.layerCount

  @Option(help: "How token states become one vector: additive, linear, max, mean, last; several joined by +.")
  var pooling = "additive"

  @Option(help: "Size of word vectors when there are no --vectors.")
  var embeddingDim = defaults.embeddingSize

  @Flag(help: "Keep the word vectors as they are.")
  var freezeEmbedding = false

  @Option(help: "Cut longer texts; 0: never.")
  var maxTokens = defaults.maximumTokens ?? 0

  @Option(help: "Which part of a text that is too long is kept.")
  var truncation = defaults.truncation

  @Option(help: "ε of label smoothing.")
  var labelSmoothing = defaults.options.labelSmoothing

  @Option(help: "Epochs without improvement before training stops.")
  var patience = defaults.options.patience

  @Option(help: "What is to improve: accuracy, macro-f1 or loss.")
  var metric = defaults.options.metric

  @Option(help: "Adam's learning rate.")
  var learningRate = defaults.options.learningRate

  @Option(help: "The largest norm of all gradients together; 0: any.")
  var clipNorm = defaults.options.clipNorm

  @Option(help: "Dropout on word vectors, between layers and on the pooled vector.")
  var dropout = defaults.outputDropout

  @Option(help: "Dropout on word vectors, if other than --dropout.")
  var embeddingDropout: Float?

  @Option(help: "Epochs without improvement before the learning rate is halved.")
  var plateauPatience = defaults.options.plateauPatience

  @Option(help: "Also learn from word vectors moved where the loss rises fastest (fgm).")
  var adversarial = defaults.options.adversarial

  @Option(help: "The norm of that move.")
  var epsilon = defaults.options.epsilon

  @Option(help: "Keys everything random.")
  var seed = defaults.options.seed

  @Option(help: "Write a JSON object a line: the run, every epoch, the end.")
  var jsonLog: String?

  @OptionGroup var corpus: CorpusArguments
  @OptionGroup var tokenizer: TokenizerArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if maxTokens < 0 { throw ValidationError("--max-tokens \(maxTokens): expected 0 (no limit) or more") }
    do { try recipe().validate() } catch let error as DiscernError { throw ValidationError("\(error)") }
  }

  private func poolings() throws -> [Pooling] {
    try pooling.split(separator: "+", omittingEmptySubsequences: false).map { name in
      guard let pooling = Pooling(rawValue: String(name)) else {
        throw ValidationError(
          "--pooling \(pooling): “\(name)” is none of "
            + Pooling.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return pooling
    }
  }

  private func recipe() throws -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.tokenizer = tokenizer.configuration
    recipe.vocabularySize = maxSize
    recipe.minimumCount = minCount
    recipe.maximumTokens = maxTokens == 0 ? nil : maxTokens
    recipe.truncation = truncation
    recipe.developmentFraction = devFraction
    recipe.embeddingSize = embeddingDim
    recipe.hiddenSize = hidden
    recipe.attentionSize = hidden
    recipe.layerCount = layers
    recipe.pooling = try poolings()
    recipe.trainsEmbedding = !freezeEmbedding
    recipe.embeddingDropout = embeddingDropout ?? dropout
    recipe.layerDropout = dropout
    recipe.outputDropout = dropout
    recipe.options.epochs = epochs
    recipe.options.batchSize = batchTokens.map { .tokens($0) } ?? .texts(batchSize)
    recipe.options.learningRate = learningRate
    recipe.options.labelSmoothing = labelSmoothing
    recipe.options.clipNorm = clipNorm
    recipe.options.patience = patience
    recipe.options.metric = metric
    recipe.options.plateauPatience = plateauPatience
    recipe.options.adversarial = adversarial
    recipe.options.epsilon = epsilon
    recipe.options.seed = seed
    return recipe
  }

  func run() throws {
    try reportingErrors {
      let recipe = try recipe()
      try TextClassifier.checkDestination(output)
      let log = try jsonLog.map { path in try Output(path: path) }
      var inputs = try Corpus(paths: train, options: corpus.options())
      if inputs.availableParts.contains(.train) { inputs = try inputs.selecting(.train) }
      let development = dev.isEmpty ? nil : try Corpus(paths: dev, options: corpus.options())
      let vocabulary = try vocab.map { path in try Vocabulary(path: path) }
      let compute = try computing.compute()
      let interruption = Interruption(
        message: "interrupted: finishing the step and saving the best weights; once more ends at once")
      let reporter = TrainReporter(
        corpus: corpus, recipe: recipe, kernels: compute.family.name, threads: compute.threadCount, log: log)
      let classifier: TextClassifier
      do {
        classifier = try TextClassifier.train(
          on: inputs, development: development, vocabulary: vocabulary, vectors: vectors, recipe: recipe,
          compute: compute, onStage: reporter.stage, isInterrupted: { interruption.isRequested })
      } catch {
        reporter.clear()
        throw error
      }
      try reporter.finish()
      try classifier.write(to: output)
      try reporter.end(classifier, path: output)
      if classifier.record.outcome == .interrupted { throw ExitStatus.interrupted }
    }
  }
}
