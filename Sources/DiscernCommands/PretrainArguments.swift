import ArgumentParser
import Discern
import DiscernTensor

extension RecurrentCell: ExpressibleByArgument {}

/// The shape of the pretrained network.
struct PretrainNetworkArguments: ParsableArguments {
  private static let defaults = PretrainingOptions()

  @Option(help: "Maximum vocabulary size, including <pad> and <unk>. Default: \(defaults.vocabularySize).")
  var vocabSize: Int?

  @Option(help: "Minimum count of a word in the vocabulary. Default: \(defaults.minimumCount).")
  var minCount: Int?

  @Option(help: "Dimension of the word vectors. Default: \(defaults.network.embeddingSize).")
  var embeddingDim: Int?

  @Option(help: "Type of the recurrent layers. Default: \(defaults.network.cell.rawValue).")
  var cell: RecurrentCell?

  @Option(help: "Hidden units of each direction. Default: \(defaults.network.hiddenSize).")
  var hidden: Int?

  @Option(help: "Number of recurrent layers. Default: \(defaults.network.layerCount).")
  var layers: Int?

  @Flag(inversion: .prefixedNo, help: "Also predict each word from those that follow it. Default: yes.")
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

/// The training options.
struct PretrainTrainingArguments: ParsableArguments {
  private static let defaults = PretrainingOptions()
  private static let ofVectors = PretrainingOptions.ofVectors

  /// A note with both defaults, for networks and for vectors alone.
  private static func both(_ path: KeyPath<PretrainingOptions, Int>) -> String {
    "Default: \(defaults[keyPath: path]), with --vectors-only \(ofVectors[keyPath: path])."
  }

  @Option(help: "Number of epochs. \(both(\.epochs))")
  var epochs: Int?

  @Option(help: "Batch size in texts. \(both(\.batchSize))")
  var batchSize: Int?

  @Option(
    help: """
      Number of tokens between updates; states are carried over, gradients are not. \(both(\.segmentLength))
      """)
  var bptt: Int?

  @Option(help: "Maximum number of negative samples per batch. \(both(\.negatives))")
  var negatives: Int?

  @Option(
    help: "With --vectors-only: number of context words on each side. Default: \(defaults.contextWidth).")
  var window: Int?

  @Option(
    help: """
      With --vectors-only: subsampling threshold, the relative frequency above which words are sampled less; \
      0: no subsampling. Default: \(defaults.frequentShare).
      """)
  var subsample: Double?

  @Option(help: "Peak learning rate, after a warm-up; decays along a cosine.")
  var learningRate = defaults.learningRate

  @Option(help: "Fraction of the texts that is held out, limited to some 50,000 tokens of long texts.")
  var validationFraction = defaults.validationFraction

  @Option(help: "Seed of the random number generator.")
  var seed = defaults.seed

  @OptionGroup var run: RunArguments

  func set(in options: inout PretrainingOptions) {
    options.epochs = epochs ?? options.epochs
    options.batchSize = batchSize ?? options.batchSize
    options.segmentLength = bptt ?? options.segmentLength
    options.negatives = negatives ?? options.negatives
    options.contextWidth = window ?? options.contextWidth
    options.frequentShare = subsample ?? options.frequentShare
    options.learningRate = learningRate
    options.validationFraction = validationFraction
    options.seed = seed
  }
}
