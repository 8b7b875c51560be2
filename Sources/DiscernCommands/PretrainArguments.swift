import ArgumentParser
import Discern
import DiscernTensor

extension RecurrentCell: ExpressibleByArgument {}

/// The shape of what is pretrained.
struct PretrainNetworkArguments: ParsableArguments {
  private static let defaults = PretrainingOptions()

  @Option(help: "Words at most, <pad> and <unk> included. Default: \(defaults.vocabularySize).")
  var vocabSize: Int?

  @Option(help: "Leave rarer words out. Default: \(defaults.minimumCount).")
  var minCount: Int?

  @Option(help: "Features of a word's vector. Default: \(defaults.network.embeddingSize).")
  var embeddingDim: Int?

  @Option(help: "What the layers are made of. Default: \(defaults.network.cell.rawValue).")
  var cell: RecurrentCell?

  @Option(help: "Units of each direction. Default: \(defaults.network.hiddenSize).")
  var hidden: Int?

  @Option(help: "Recurrent layers. Default: \(defaults.network.layerCount).")
  var layers: Int?

  @Flag(inversion: .prefixedNo, help: "Also predict each word from those behind it. Default: yes.")
  var bidirectional: Bool?

  /// The first flag given that has no effect on vectors alone.
  var flagOfLayers: String? {
    if cell != nil { return "--cell" }
    if hidden != nil { return "--hidden" }
    if layers != nil { return "--layers" }
    return bidirectional.map { $0 ? "--bidirectional" : "--no-bidirectional" }
  }

  func set(in options: inout PretrainingOptions) {
    options.vocabularySize = vocabSize ?? options.vocabularySize
    options.minimumCount = minCount ?? options.minimumCount
    options.network.embeddingSize = embeddingDim ?? options.network.embeddingSize
    options.network.cell = cell ?? options.network.cell
    options.network.hiddenSize = hidden ?? options.network.hiddenSize
    options.network.layerCount = layers ?? options.network.layerCount
    options.network.isBidirectional = bidirectional ?? options.network.isBidirectional
  }
}

/// How it is trained.
struct PretrainTrainingArguments: ParsableArguments {
  private static let defaults = PretrainingOptions()
  private static let ofVectors = PretrainingOptions.ofVectors

  /// Both defaults.
  private static func both(_ path: KeyPath<PretrainingOptions, Int>) -> String {
    "Default: \(defaults[keyPath: path]), with --vectors-only \(ofVectors[keyPath: path])."
  }

  @Option(help: "Passes over the texts. \(both(\.epochs))")
  var epochs: Int?

  @Option(help: "Texts that are read side by side. \(both(\.batchSize))")
  var batchSize: Int?

  @Option(
    help: """
      Tokens of a text between two updates: states are carried on, gradients are cut. \(both(\.segmentLength))
      """)
  var bptt: Int?

  @Option(help: "Words that the true one is told from in a step, at most. \(both(\.drawnWords))")
  var negatives: Int?

  @Option(
    help: "With --vectors-only: words on each side that tell a word. Default: \(defaults.contextWidth).")
  var window: Int?

  @Option(
    help: """
      With --vectors-only: the share of all tokens from which on a word counts less; 0: none does. Default: \
      \(defaults.frequentShare).
      """)
  var subsample: Double?

  @Option(help: "The rate that learning begins with; it falls along a cosine.")
  var learningRate = defaults.learningRate

  @Option(help: "The share of the texts to measure on; of long ones at most some 50,000 tokens.")
  var validationFraction = defaults.validationFraction

  @Option(help: "Keys all random draws.")
  var seed = defaults.seed

  @OptionGroup var run: RunArguments

  func set(in options: inout PretrainingOptions) {
    options.epochs = epochs ?? options.epochs
    options.batchSize = batchSize ?? options.batchSize
    options.segmentLength = bptt ?? options.segmentLength
    options.drawnWords = negatives ?? options.drawnWords
    options.contextWidth = window ?? options.contextWidth
    options.frequentShare = subsample ?? options.frequentShare
    options.learningRate = learningRate
    options.validationFraction = validationFraction
    options.seed = seed
  }
}
