import ArgumentParser
import Discern
import DiscernModels
import DiscernTensor
import DiscernText

extension SequenceUnit: ExpressibleByArgument {}
extension SequenceForm: ExpressibleByArgument {}

/// The shape of a sequence model, and its kind of tokens.
struct SequenceNetworkArguments: ParsableArguments {
  private static let defaults = SequenceOptions()

  @Option(help: "Tokens of what is read: what stands between spaces, characters, or words.")
  var sourceTokens = defaults.source.unit

  @Option(help: "Tokens of what is written.")
  var targetTokens = defaults.target.unit

  @Option(help: "Tokens of each vocabulary at most, <pad> and <unk> included.")
  var vocabSize = defaults.vocabularySize

  @Option(help: "Leave rarer tokens out.")
  var minCount = defaults.minimumCount

  @Option(help: "Tokens of a text at most; pairs with longer ones are left out.")
  var maxTokens = defaults.maximumTokens

  @Option(help: "What reads and writes.")
  var network = defaults.network.form

  @Option(help: "Features of a token's vector.")
  var embeddingDim = defaults.network.embeddingSize

  @Option(help: "Units of a recurrent layer, of each direction where it has two; features of a transformer.")
  var hidden = defaults.network.hiddenSize

  @Option(help: "Layers that read. Default: 1, of a transformer 2.")
  var encoderLayers: Int?

  @Option(help: "Layers that write; recurrent ones attend behind the first.")
  var decoderLayers = defaults.network.decoderLayers

  @Option(help: "What recurrent layers are made of. Default: \(defaults.network.cell.rawValue).")
  var cell: RecurrentCell?

  @Flag(
    inversion: .prefixedNo, help: "Whether recurrent layers also read from the end. Default: they do.")
  var bidirectional: Bool?

  @Option(
    help: """
      Heads of each attention of a transformer, which divide --hidden. \
      Default: \(defaults.network.attentionHeads).
      """)
  var attentionHeads: Int?

  func validate() throws {
    switch network {
    case .recurrent:
      if attentionHeads != nil {
        throw ValidationError("--attention-heads go with --network transformer; give it, or leave them out")
      }
    case .transformer:
      for (flag, isGiven) in [("--cell", cell != nil), ("--bidirectional", bidirectional != nil)]
      where isGiven {
        throw ValidationError("\(flag) goes with --network recurrent; leave one of them out")
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

/// What epochs of a sequence model are judged by.
enum SequenceMonitor: String, CaseIterable, ExpressibleByArgument {
  case exactMatch = "exact-match"
  case loss
}

/// How a sequence model is trained.
struct SequenceTrainingArguments: ParsableArguments {
  private static let defaults = SequenceOptions()

  @Option(help: "Passes over the pairs, at most.")
  var epochs = defaults.epochs

  @Option(help: "Pairs of a batch.")
  var batchSize = defaults.batchSize

  @Option(help: "The rate that learning begins with; it halves after an epoch without improvement.")
  var learningRate = defaults.learningRate

  @Option(help: ArgumentHelp("Updates in which the learning rate rises from zero.", valueName: "updates"))
  var warmup = defaults.warmupSteps

  @Option(help: "Epochs without improvement before training stops.")
  var patience = defaults.patience

  @Option(help: "What is to improve: the share of texts that are right in all their tokens, or the loss.")
  var monitor = defaults.judgesExactMatch ? SequenceMonitor.exactMatch : .loss

  @Option(help: "Dropout on tokens' vectors and between layers.")
  var dropout = defaults.network.dropout

  @Option(help: "Label smoothing.")
  var labelSmoothing = defaults.labelSmoothing

  @Option(
    help: ArgumentHelp(
      "The share of places in which the writing layers read their own tokens, not the right ones; it rises "
        + "to this from 0 in the first epoch to the last.", valueName: "share"))
  var scheduledSampling = defaults.samplingTo

  @Option(help: "The largest norm of all gradients together; 0: any.")
  var clipNorm = defaults.clipNorm

  @Option(help: "The share of the pairs to measure on where --dev names none.")
  var validationFraction = defaults.validationFraction

  @Option(help: "Keys all random draws.")
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

/// How the likeliest text is searched for.
struct SequenceDecodingArguments: ParsableArguments {
  @Option(help: "Beginnings that are kept at each step; 1: the likeliest token is taken.")
  var beam = SequenceDecoding().beamWidth

  @Option(
    help: "With --beam: short texts are held back by so much of their length; 0: by nothing.")
  var lengthPenalty: Double?

  @Option(help: "Tokens that are written at most. Default: as many as in training.")
  var maxTokens: Int?

  func validate() throws {
    if lengthPenalty != nil, beam == 1 {
      throw ValidationError("--length-penalty goes with --beam: one text alone is compared with no other")
    }
  }

  func decoding() throws -> SequenceDecoding {
    var decoding = SequenceDecoding()
    decoding.beamWidth = beam
    decoding.lengthPenalty = lengthPenalty ?? decoding.lengthPenalty
    decoding.maximumTokens = maxTokens
    try decoding.validate()
    return decoding
  }
}
