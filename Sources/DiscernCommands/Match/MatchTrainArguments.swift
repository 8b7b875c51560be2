import ArgumentParser
import Discern
import DiscernIO
import DiscernModels
import DiscernTensor

extension MatchOptions.Monitor: ExpressibleByArgument {}
extension MatchSide: ExpressibleByArgument {}

/// The shape of a matcher.
struct MatchNetworkArguments: ParsableArguments {
  private static let defaults = MatchOptions()

  @Option(help: "Dimension of the text vectors. Default: 128, or that of the transformer of --pretrained.")
  var size: Int?

  @Flag(
    inversion: .prefixedNo,
    help: "Encode both texts of a pair with the same weights. Default: yes, unless vectors are given.")
  var shared: Bool?

  @Option(
    help: ArgumentHelp(
      "Start from a model of discern pretrain (vocabulary, tokenizer, word vectors, layers), or project the "
        + "vectors of a BERT, MiniLM or DistilBERT model, which stays frozen.", valueName: "folder"),
    completion: .directory)
  var pretrained: String?

  @Option(help: "Maximum vocabulary size, including <pad> and <unk>. Default: \(defaults.vocabularySize).")
  var vocabSize: Int?

  @Option(help: "Minimum count of a word in the vocabulary. Default: \(defaults.minimumCount).")
  var minCount: Int?

  @Option(help: "Maximum number of tokens of a text; longer ones are cut at the end.")
  var maxTokens = defaults.maximumTokens

  @Option(help: "Dimension of the word vectors. Default: \(defaults.network.embeddingSize).")
  var embeddingDim: Int?

  @Option(help: "Type of the recurrent layers. Default: \(defaults.network.cell.rawValue).")
  var cell: RecurrentCell?

  @Option(help: "Hidden units of each direction. Default: \(defaults.network.hiddenSize).")
  var hidden: Int?

  @Option(help: "Number of recurrent layers. Default: \(defaults.network.layerCount).")
  var layers: Int?

  @Flag(inversion: .prefixedNo, help: "Use bidirectional layers. Default: yes.")
  var bidirectional: Bool?

  @Option(
    help: ArgumentHelp(
      "How token states are pooled, joined by +: additive, linear, max, mean, last. Default: "
        + "\(defaults.network.pooling.map(\.rawValue).joined(separator: "+")).", valueName: "names"))
  var pooling: String?

  @Option(help: "Dropout on word vectors. Default: \(defaults.network.embeddingDropout).")
  var embeddingDropout: Float?

  @Option(help: "Dropout on the pooled vector. Default: \(defaults.network.outputDropout).")
  var dropout: Float?

  /// The first given flag whose setting is determined by `--pretrained`.
  private var decidedFlag: String? {
    let given = [
      ("--vocab-size", vocabSize != nil), ("--min-count", minCount != nil),
      ("--embedding-dim", embeddingDim != nil), ("--cell", cell != nil), ("--hidden", hidden != nil),
      ("--layers", layers != nil), ("--bidirectional", bidirectional != nil),
    ]
    return given.first(where: \.1)?.0
  }

  func validate() throws {
    if let decidedFlag, pretrained != nil {
      throw ValidationError("\(decidedFlag) is determined by --pretrained; leave one of them out")
    }
    let names = Pooling.allCases.map(\.rawValue)
    for name in pooling?.split(separator: "+", omittingEmptySubsequences: false) ?? []
    where !names.contains(String(name)) {
      throw ValidationError("--pooling \(name): expected \(names.joined(separator: ", "))")
    }
  }

  func set(in options: inout MatchOptions) {
    options.vectorSize = size
    options.sharesTowers = shared ?? true
    options.vocabularySize = vocabSize ?? options.vocabularySize
    options.minimumCount = minCount ?? options.minimumCount
    options.maximumTokens = maxTokens
    options.network.embeddingSize = embeddingDim ?? options.network.embeddingSize
    options.network.cell = cell ?? options.network.cell
    options.network.hiddenSize = hidden ?? options.network.hiddenSize
    options.network.layerCount = layers ?? options.network.layerCount
    options.network.isBidirectional = bidirectional ?? options.network.isBidirectional
    if let pooling {
      options.network.pooling = pooling.split(separator: "+").compactMap { Pooling(rawValue: String($0)) }
    }
    options.network.embeddingDropout = embeddingDropout ?? options.network.embeddingDropout
    options.network.outputDropout = dropout ?? options.network.outputDropout
  }
}

/// The options of training.
struct MatchTrainingArguments: ParsableArguments {
  private static let defaults = MatchOptions()

  @Option(help: "Maximum number of epochs.") var epochs = defaults.epochs

  @Option(
    help: "Pairs per batch; each is contrasted with the others. \(RecipeKey.automaticNote)")
  var batchSize: Int?

  @Option(help: "Peak learning rate, after a warm-up; decays along a cosine.")
  var learningRate = defaults.learningRate

  @Option(help: "Initial temperature, which is learned. \(RecipeKey.automaticNote)")
  var temperature: Double?

  @Option(help: "Metric on the development texts that selects the best epoch.") var monitor = defaults.monitor

  @Option(help: "Early stopping: epochs without improvement before training stops.")
  var patience = defaults.patience

  @Option(help: "Fraction of the texts that is held out if there is no --dev.")
  var validationFraction = defaults.validationFraction

  @Option(help: "Seed of the random number generator.") var seed = defaults.seed

  @OptionGroup var run: RunArguments

  func set(in options: inout MatchOptions) {
    options.epochs = epochs
    options.batchSize = batchSize
    options.learningRate = learningRate
    options.temperature = temperature
    options.monitor = monitor
    options.patience = patience
    options.validationFraction = validationFraction
    options.seed = seed
  }
}
