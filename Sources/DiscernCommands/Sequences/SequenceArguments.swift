import ArgumentParser
import Discern
import DiscernModels
import DiscernTensor
import DiscernText

extension SequenceUnit: ExpressibleByArgument {}
extension SequenceForm: ExpressibleByArgument {}

/// The options for a sequence model's shape and kinds of tokens.
struct SequenceNetworkArguments: ParsableArguments {
  private static let defaults = SequenceOptions()

  @Option(help: "Tokens of the source: space-separated (spaces), characters or words.")
  var sourceTokens = defaults.source.unit

  @Option(help: "Tokens of the target.")
  var targetTokens = defaults.target.unit

  @Option(help: "Maximum size of each vocabulary, including <pad> and <unk>.")
  var vocabSize = defaults.vocabularySize

  @Option(help: "Minimum count of a token in the vocabulary.")
  var minCount = defaults.minimumCount

  @Option(help: "Maximum number of tokens of a text; pairs with longer ones are left out.")
  var maxTokens = defaults.maximumTokens

  @Option(help: "Architecture of encoder and decoder.")
  var network = defaults.network.form

  @Option(help: "Dimension of the token vectors.")
  var embeddingDim = defaults.network.embeddingSize

  @Option(
    help: "Hidden units of a recurrent layer (per direction if bidirectional), or features of a transformer.")
  var hidden = defaults.network.hiddenSize

  @Option(help: "Number of encoder layers. Default: 1, or 2 for a transformer.")
  var encoderLayers: Int?

  @Option(help: "Number of decoder layers; recurrent ones attend to the source after the first.")
  var decoderLayers = defaults.network.decoderLayers

  @Option(help: "Type of the recurrent layers. Default: \(defaults.network.cell.rawValue).")
  var cell: RecurrentCell?

  @Flag(
    inversion: .prefixedNo, help: "Whether the recurrent encoder is bidirectional. Default: it is.")
  var bidirectional: Bool?

  @Option(
    help: """
      Number of attention heads of a transformer; must divide --hidden. Default: \
      \(defaults.network.attentionHeads).
      """)
  var attentionHeads: Int?

  func validate() throws {
    switch network {
    case .recurrent:
      if attentionHeads != nil {
        throw ValidationError(
          "--attention-heads needs --network transformer; give it, or leave "
            + "--attention-heads out")
      }
    case .transformer:
      for (flag, isGiven) in [("--cell", cell != nil), ("--bidirectional", bidirectional != nil)]
      where isGiven {
        throw ValidationError("\(flag) is only for --network recurrent; leave it out")
      }
    }
  }

  func options(words: TokenizerConfiguration) -> SequenceOptions {
    var options = SequenceOptions(network)
    options.source = SequenceTokenizer(sourceTokens, words: words)
    options.target = SequenceTokenizer(targetTokens, words: words)
    options.vocabularySize = vocabSize
    options.minimumCount = minCount
    options.maximumTokens = maxTokens
    options.network.embeddingSize = embeddingDim
    options.network.hiddenSize = hidden
    options.network.encoderLayers = encoderLayers ?? options.network.encoderLayers
    options.network.decoderLayers = decoderLayers
    options.network.cell = cell ?? options.network.cell
    options.network.isBidirectional = bidirectional ?? options.network.isBidirectional
    options.network.attentionHeads = attentionHeads ?? options.network.attentionHeads
    return options
  }
}

/// The figure by which epochs of a sequence model are judged.
enum SequenceMonitor: String, CaseIterable, ExpressibleByArgument {
  case exactMatch = "exact-match"
  case loss
}

/// The options for training a sequence model.
struct SequenceTrainingArguments: ParsableArguments {
  private static let defaults = SequenceOptions()

  @Option(help: "Maximum number of epochs.")
  var epochs = defaults.epochs

  @Option(help: "Pairs per batch.")
  var batchSize = defaults.batchSize

  @Option(help: "Initial learning rate; halved after each epoch without improvement.")
  var learningRate = defaults.learningRate

  @Option(
    help: ArgumentHelp(
      "Number of warm-up updates, in which the learning rate rises from zero.",
      valueName: "updates"))
  var warmup = defaults.warmupSteps

  @Option(help: "Early stopping: epochs without improvement before training stops.")
  var patience = defaults.patience

  @Option(help: "Metric that selects the best epoch: exact match, or the loss.")
  var monitor = defaults.judgesExactMatch ? SequenceMonitor.exactMatch : .loss

  @Option(help: "Dropout on token vectors and between layers.")
  var dropout = defaults.network.dropout

  @Option(help: "Label smoothing.")
  var labelSmoothing = defaults.labelSmoothing

  @Option(
    help: ArgumentHelp(
      "Scheduled sampling: fraction of positions at which the decoder reads its own output instead of the "
        + "right token; rises linearly to this value over the epochs.", valueName: "share"))
  var scheduledSampling = defaults.samplingTo

  @Option(help: "Maximum norm of the gradient of all weights together; 0: no clipping.")
  var clipNorm = defaults.clipNorm

  @Option(help: "Fraction of the pairs that is held out if there is no --dev.")
  var validationFraction = defaults.validationFraction

  @Option(help: "Seed of the random number generator.")
  var seed = defaults.seed

  @OptionGroup var run: RunArguments

  func set(in options: inout SequenceOptions) {
    options.epochs = epochs
    options.batchSize = batchSize
    options.learningRate = learningRate
    options.warmupSteps = warmup
    options.patience = patience
    options.judgesExactMatch = monitor == .exactMatch
    options.network.dropout = dropout
    options.labelSmoothing = labelSmoothing
    options.samplingTo = scheduledSampling
    options.clipNorm = clipNorm
    options.validationFraction = validationFraction
    options.seed = seed
  }
}

/// The options for searching for the most probable output.
struct SequenceDecodingArguments: ParsableArguments {
  @Option(help: "Beam width; 1: greedy decoding.")
  var beam = SequenceDecoding().beamWidth

  @Option(help: "With --beam: exponent of the length penalty against short outputs; 0: none.")
  var lengthPenalty: Double?

  @Option(help: "Maximum number of output tokens. Default: as in training.")
  var maxTokens: Int?

  func validate() throws {
    if lengthPenalty != nil, beam == 1 {
      throw ValidationError("--length-penalty needs --beam: greedy decoding compares no outputs")
    }
  }

  func decoding() throws -> SequenceDecoding {
    var decoding = SequenceDecoding()
    decoding.beamWidth = beam
    decoding.lengthPenalty = lengthPenalty ?? decoding.lengthPenalty
    decoding.maximumTokens = maxTokens
    try checkingFlags(decoding.validate)
    return decoding
  }
}
