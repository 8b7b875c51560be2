import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining

/// All settings for training a sequence model on pairs of texts. The defaults suit a few thousand to a few
/// hundred thousand pairs.
public struct SequenceOptions: Hashable, Sendable {
  /// How each side is divided into tokens.
  public var source = SequenceTokenizer(.spaces), target = SequenceTokenizer(.spaces)
  /// The maximum number of tokens in each vocabulary, including `<pad>` and `<unk>`.
  public var vocabularySize = 25_000
  /// Rarer tokens are left out of the vocabularies.
  public var minimumCount = 1
  /// The maximum number of tokens on either side: longer pairs are left out, and outputs are no longer.
  public var maximumTokens = 200
  /// The network's shape; the vocabularies' sizes are determined by the pairs.
  public var network = SequenceConfiguration()
  /// The maximum number of passes over the pairs.
  public var epochs = 20
  /// The number of pairs in a batch.
  public var batchSize = 64
  /// The initial learning rate; it is halved after an epoch without improvement.
  public var learningRate = 0.002
  /// The number of updates over which the learning rate rises from zero.
  public var warmupSteps = 0
  /// Epochs without improvement before training stops.
  public var patience = 3
  /// ε of label smoothing.
  public var labelSmoothing: Float = 0.1
  /// The share of positions at which the decoder reads its own tokens instead of the target's; it rises from
  /// 0 in the first epoch to this value in the last (scheduled sampling).
  public var samplingTo: Float = 0
  /// The maximum norm of all gradients together; 0: no limit.
  public var clipNorm = 1.0
  /// Whether the best epoch is the one with the most exact matches (if equal, the one with the lower loss) or
  /// the one with the lowest loss.
  public var judgesExactMatch = true
  /// The share of the pairs held out if no development pairs are given.
  public var validationFraction = 0.1
  /// The seed of initialisation, shuffling, dropout and random draws.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}

  /// The defaults, with a network of the given form.
  public init(_ form: SequenceForm) { network = SequenceConfiguration(form) }

  /// - Throws: `DiscernError` for the first invalid value, named by its flag.
  public func validate() throws(DiscernError) {
    func require(_ holds: Bool, _ name: String, _ value: String, _ expected: String) throws(DiscernError) {
      if !holds { throw .training(.invalidOption(name: name, value: value, expected: expected)) }
    }
    func require(_ value: Int, _ range: ClosedRange<Int>, _ name: String) throws(DiscernError) {
      try require(
        range.contains(value), name, "\(value)", "\(range.lowerBound) to \(range.upperBound)")
    }
    try require(vocabularySize, 3...Int(Int32.max), "vocab-size")
    try require(minimumCount, 1...Int(Int32.max), "min-count")
    try require(maximumTokens, 1...1_000_000, "max-tokens")
    try require(
      samplingTo >= 0 && samplingTo <= 1, "scheduled-sampling", "\(samplingTo)", "0 (off) to 1")
    try require(
      samplingTo == 0 || epochs > 1, "epochs", "\(epochs)", "at least 2 for --scheduled-sampling to rise in")
    try require(
      validationFraction > 0 && validationFraction < 1, "validation-fraction", "\(validationFraction)",
      "above 0, below 1")
    var network = network
    (network.sourceVocabularySize, network.targetVocabularySize) = (2, 2)
    try wrapping(DiscernError.model) { [network] () throws(ModelError) in try network.validate() }
    try wrapping(DiscernError.training) { () throws(TrainingError) in try training.validate() }
    try wrapping(DiscernError.text) { () throws(TextError) in
      for words in [source.words, target.words] { try words?.validate() }
    }
  }

  /// The trainer's options.
  var training: TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs
    options.batchSize = .texts(batchSize)
    options.learningRate = learningRate
    options.warmupSteps = warmupSteps
    options.patience = patience
    options.labelSmoothing = labelSmoothing
    options.clipNorm = clipNorm
    options.monitor = judgesExactMatch ? .accuracy : .loss
    options.seed = seed
    return options
  }

  /// The options of sequence training.
  var choicesOfTraining: SequenceTraining.Choices {
    var choices = SequenceTraining.Choices()
    choices.labelSmoothing = labelSmoothing
    choices.samplingTo = samplingTo
    choices.judgesExactMatch = judgesExactMatch
    choices.maximumTokens = maximumTokens
    return choices
  }

  /// The settings by flag name, for the record.
  var choices: [String: String] {
    var choices = [
      "source-tokens": source.unit.rawValue, "target-tokens": target.unit.rawValue,
      "vocab-size": "\(vocabularySize)", "min-count": "\(minimumCount)", "max-tokens": "\(maximumTokens)",
      "network": network.form.rawValue, "embedding-dim": "\(network.embeddingSize)",
      "hidden": "\(network.hiddenSize)", "encoder-layers": "\(network.encoderLayers)",
      "decoder-layers": "\(network.decoderLayers)", "dropout": "\(network.dropout)",
      "epochs": "\(epochs)", "batch-size": "\(batchSize)",
      "learning-rate": "\(learningRate)", "patience": "\(patience)",
      "label-smoothing": "\(labelSmoothing)", "scheduled-sampling": "\(samplingTo)",
      "clip-norm": "\(clipNorm)", "monitor": judgesExactMatch ? "exact-match" : "loss",
      "validation-fraction": "\(validationFraction)", "seed": "\(seed)", "warmup": "\(warmupSteps)",
    ]
    switch network.form {
    case .recurrent:
      choices["cell"] = network.cell.rawValue
      choices["bidirectional"] = "\(network.isBidirectional)"
    case .transformer: choices["attention-heads"] = "\(network.attentionHeads)"
    }
    return choices
  }
}
