import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining

/// All settings for pretraining on unlabelled texts. The defaults suit ten thousand to a few hundred thousand
/// texts.
public struct PretrainingOptions: Hashable, Sendable {
  /// How a text is divided into words.
  public var tokenizer = TokenizerConfiguration()
  /// The maximum number of words in a vocabulary built from the texts, including `<pad>` and `<unk>`.
  public var vocabularySize = 25_000
  /// Rarer words are left out of the vocabulary.
  public var minimumCount = 2
  /// Embedding, cell, units, layers and directions; all other settings concern only the classifier.
  public var network = RecurrentConfiguration()
  /// The maximum number of passes over the texts.
  public var epochs = 3
  /// The number of texts in a batch.
  public var batchSize = 64
  /// The number of tokens of a text between two updates: the state is carried over, the gradient is
  /// truncated.
  public var segmentLength = 64
  /// The maximum number of negative samples in a step.
  public var negatives = 1024
  /// The highest learning rate; after a warm-up it falls to 0.00001 along half a cosine wave.
  public var learningRate = 0.002
  /// The share of the texts held out to measure perplexity, at most about 50,000 tokens.
  public var validationFraction = 0.02
  /// The seed of initialisation, shuffling and random draws.
  public var seed: UInt64 = 1

  /// For vectors alone: the number of context words on each side of a word.
  public var contextWidth = 5
  /// For vectors alone: the share of all tokens above which a word counts as frequent and has less weight; 0:
  /// no word does.
  public var frequentShare = 1e-4

  /// The defaults.
  public init() {}

  /// The defaults for learning vectors alone, which takes a tenth of the time.
  public static var ofVectors: PretrainingOptions {
    var options = PretrainingOptions()
    (options.epochs, options.batchSize, options.segmentLength) = (5, 16, 256)
    options.negatives = 512
    return options
  }

  /// - Throws: `DiscernError` for the first invalid value, named by its flag.
  public func validate() throws(DiscernError) {
    try wrapping(DiscernError.text) { () throws(TextError) in try tokenizer.validate() }
    try wrapping(DiscernError.model) { () throws(ModelError) in
      try network.requireEveryStep(of: "a language model")
      try network.validate()
    }
    func require(
      _ value: some Comparable & CustomStringConvertible, _ holds: Bool, _ name: String, _ expected: String
    ) throws(DiscernError) {
      if !holds { throw .training(.invalidOption(name: name, value: "\(value)", expected: expected)) }
    }
    func require(_ value: Int, _ range: ClosedRange<Int>, _ name: String) throws(DiscernError) {
      try require(
        value, range.contains(value), name, "\(range.lowerBound) to \(range.upperBound)")
    }
    let limit = 1_000_000
    try require(vocabularySize, 3...Int(Int32.max), "vocab-size")
    try require(minimumCount, 1...Int(Int32.max), "min-count")
    try require(batchSize, 1...limit, "batch-size")
    try require(segmentLength, 2...limit, "bptt")
    try require(negatives, 1...limit, "negatives")
    try require(contextWidth, 1...limit, "window")
    try require(frequentShare, frequentShare >= 0 && frequentShare < 1, "subsample", "0 to below 1")
    try require(
      validationFraction, validationFraction > 0 && validationFraction < 1, "validation-fraction",
      "above 0, below 1")
    try wrapping(DiscernError.training) { () throws(TrainingError) in try training(stepCount: 1).validate() }
  }

  /// The trainer's options.
  ///
  /// - Parameter stepCount: the number of updates in an epoch.
  func training(stepCount: Int) -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs
    options.batchSize = .texts(batchSize)
    options.learningRate = learningRate
    options.schedule = .cosine
    options.warmupSteps = min(100, epochs * stepCount / 20)
    options.minimumLearningRate = min(learningRate, 1e-5)
    options.monitor = .loss
    options.patience = epochs
    options.seed = seed
    return options
  }

  /// The settings by flag name, for the record.
  var choices: [String: String] {
    [
      "vocab-size": "\(vocabularySize)", "min-count": "\(minimumCount)",
      "embedding-dim": "\(network.embeddingSize)", "cell": network.cell.rawValue,
      "hidden": "\(network.hiddenSize)", "layers": "\(network.layerCount)",
      "bidirectional": "\(network.isBidirectional)", "epochs": "\(epochs)", "batch-size": "\(batchSize)",
      "bptt": "\(segmentLength)", "negatives": "\(negatives)", "learning-rate": "\(learningRate)",
      "validation-fraction": "\(validationFraction)", "seed": "\(seed)",
      "window": "\(contextWidth)", "subsample": "\(frequentShare)",
    ]
  }
}
