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

  @Option(
    help: "Numbers of a text's vector. Default: 128, or as many as the transformer of --pretrained gives.")
  var size: Int?

  @Flag(
    inversion: .prefixedNo,
    help: "Read both texts of a pair by the same weights. Default: yes, unless vectors are given.")
  var shared: Bool?

  @Option(
    help: ArgumentHelp(
      "Begin with the words, tokenizer, vectors and layers that discern pretrain learned, or project the "
        + "vectors of a BERT, MiniLM or DistilBERT, which stays as it is.", valueName: "folder"))
  var pretrained: String?

  @Option(help: "Words at most, <pad> and <unk> included. Default: \(defaults.vocabularySize).")
  var vocabSize: Int?

  @Option(help: "Leave rarer words out. Default: \(defaults.minimumCount).")
  var minCount: Int?

  @Option(help: "Tokens of a text at most; longer ones are cut at their end.")
  var maxTokens = defaults.maximumTokens

  @Option(help: "Features of a word's vector. Default: \(defaults.network.embeddingSize).")
  var embeddingDim: Int?

  @Option(help: "What the layers are made of. Default: \(defaults.network.cell.rawValue).")
  var cell: RecurrentCell?

  @Option(help: "Units of each direction. Default: \(defaults.network.hiddenSize).")
  var hidden: Int?

  @Option(help: "Recurrent layers. Default: \(defaults.network.layerCount).")
  var layers: Int?

  @Flag(inversion: .prefixedNo, help: "Also read texts from their ends. Default: yes.")
  var bidirectional: Bool?

  @Option(
    help: ArgumentHelp(
      "Poolings of a text's states, with + between them: additive, linear, max, mean, last. Default: "
        + "\(defaults.network.pooling.map(\.rawValue).joined(separator: "+")).", valueName: "names"))
  var pooling: String?

  @Option(help: "Dropout on words' vectors. Default: \(defaults.network.embeddingDropout).")
  var embeddingDropout: Float?

  @Option(help: "Dropout on the pooled vector. Default: \(defaults.network.outputDropout).")
  var dropout: Float?

  /// The first flag that was given and that something pretrained decides.
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
      throw ValidationError("\(decidedFlag) is decided by --pretrained; leave one of them out")
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

/// How it is trained.
struct MatchTrainingArguments: ParsableArguments {
  private static let defaults = MatchOptions()

  @Option(help: "Passes over the texts, at most.") var epochs = defaults.epochs

  @Option(help: "Pairs that are told from one another.") var batchSize = defaults.batchSize

  @Option(help: "The rate that learning begins with; it falls along a cosine.")
  var learningRate = defaults.learningRate

  @Option(help: "What cosines are divided by at first; it is learned.") var temperature = defaults.temperature

  @Option(help: "What is to improve on the texts to measure on.") var monitor = defaults.monitor

  @Option(help: "Epochs without improvement before training stops.") var patience = defaults.patience

  @Option(help: "The share of the texts to measure on, without --dev.")
  var validationFraction = defaults.validationFraction

  @Option(help: "Keys all random draws.") var seed = defaults.seed

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
