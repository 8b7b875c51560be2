import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining

/// All choices between pairs of texts and a model that writes the second of the first. The defaults suit some
/// thousand pairs to some hundred thousand.
public struct SequenceOptions: Hashable, Sendable {
  /// How both sides become tokens.
  public var source = SequenceTokenizer(.spaces), target = SequenceTokenizer(.spaces)
  /// Tokens of each vocabulary at most, `<pad>` and `<unk>` included.
  public var vocabularySize = 25_000
  /// Rarer tokens are not taken into the vocabularies.
  public var minimumCount = 1
  /// Pairs with more tokens on either side are left out, and no more are written.
  public var maximumTokens = 200
  /// Its shape; the vocabularies' sizes follow from the pairs.
  public var network = SequenceConfiguration()
  /// Passes over the pairs, at most.
  public var epochs = 20
  /// Pairs of a batch.
  public var batchSize = 64
  /// The rate that learning begins with; it halves after an epoch without improvement.
  public var learningRate = 0.002
  /// Updates in which the learning rate rises from zero.
  public var warmupSteps = 0
  /// Epochs without improvement before training stops.
  public var patience = 3
  /// ε of label smoothing.
  public var labelSmoothing: Float = 0.1
  /// The share of places in which the writing side reads its own tokens instead of the target's: it rises to
  /// this from 0 in the first epoch to the last (scheduled sampling).
  public var samplingTo: Float = 0
  /// Of gradients together; 0: no bound.
  public var clipNorm = 1.0
  /// Whether the best epoch is the one with most sequences that are right in all their tokens, of equal ones
  /// that with the lower loss; else that with the lowest loss.
  public var judgesExactMatch = true
  /// The share of the pairs that are held out where no others are given to measure on.
  public var validationFraction = 0.1
  /// Keys initialisation, shuffling, dropout and draws.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}

  /// The defaults with a network of a form.
  public init(_ form: SequenceForm) { network = SequenceConfiguration(form) }

  /// - Throws: `DiscernError` naming the first value that cannot be, as flags name it.
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

  /// The trainer's choices.
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

  /// What the model is trained by.
  var choicesOfTraining: SequenceTraining.Choices {
    var choices = SequenceTraining.Choices()
    choices.labelSmoothing = labelSmoothing
    choices.samplingTo = samplingTo
    choices.judgesExactMatch = judgesExactMatch
    choices.maximumTokens = maximumTokens
    return choices
  }

  /// By the names of flags, for the record.
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
