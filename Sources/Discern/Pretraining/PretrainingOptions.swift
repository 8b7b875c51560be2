import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining

/// All choices between texts without labels and a network's first weights. The defaults suit ten thousand
/// texts to some hundred thousand.
public struct PretrainingOptions: Hashable, Sendable {
  /// How a text becomes words.
  public var tokenizer = TokenizerConfiguration()
  /// Words of a vocabulary built from the texts, `<pad>` and `<unk>` included.
  public var vocabularySize = 25_000
  /// Rarer words are not taken into the vocabulary.
  public var minimumCount = 2
  /// Embedding, cell, units, layers and directions; all else is the classifier's own.
  public var network = RecurrentConfiguration()
  /// Passes over the texts, at most.
  public var epochs = 3
  /// Texts that are read side by side.
  public var batchSize = 64
  /// Tokens of a text between two updates: its state is carried on, its gradient is cut.
  public var segmentLength = 64
  /// Words that the true one is told from in a step, at most.
  public var drawnWords = 1024
  /// The rate that learning begins with; it falls to zero along half a cosine wave.
  public var learningRate = 0.002
  /// The share of the texts that are held out to measure perplexity on; of long ones at most some 50,000
  /// tokens.
  public var validationFraction = 0.02
  /// Keys initialisation, shuffling and draws.
  public var seed: UInt64 = 1

  /// Of vectors alone: words on each side of one that tell what it is.
  public var contextWidth = 5
  /// Of vectors alone: the share of all tokens from which on a word is frequent, and counts less; 0: none.
  public var frequentShare = 1e-4

  /// The defaults.
  public init() {}

  /// The defaults where vectors alone are learned, which takes a tenth of the time.
  public static var ofVectors: PretrainingOptions {
    var options = PretrainingOptions()
    (options.epochs, options.batchSize, options.segmentLength) = (5, 16, 256)
    options.drawnWords = 512
    return options
  }

  /// - Throws: `DiscernError` naming the first value that cannot be, as flags name it.
  public func validate() throws(DiscernError) {
    try wrapping(DiscernError.text) { () throws(TextError) in try tokenizer.validate() }
    try wrapping(DiscernError.model) { () throws(ModelError) in
      try network.requireNoEarlyExit(of: "a language model")
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
    try require(drawnWords, 1...limit, "negatives")
    try require(contextWidth, 1...limit, "window")
    try require(frequentShare, frequentShare >= 0 && frequentShare < 1, "subsample", "0 to below 1")
    try require(
      validationFraction, validationFraction > 0 && validationFraction < 1, "validation-fraction",
      "above 0, below 1")
    try wrapping(DiscernError.training) { () throws(TrainingError) in try training(stepCount: 1).validate() }
  }

  /// The trainer's choices.
  ///
  /// - Parameter stepCount: updates of an epoch.
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

  /// By the names of flags, for the record.
  var choices: [String: String] {
    [
      "vocab-size": "\(vocabularySize)", "min-count": "\(minimumCount)",
      "embedding-dim": "\(network.embeddingSize)", "cell": network.cell.rawValue,
      "hidden": "\(network.hiddenSize)", "layers": "\(network.layerCount)",
      "bidirectional": "\(network.isBidirectional)", "epochs": "\(epochs)", "batch-size": "\(batchSize)",
      "bptt": "\(segmentLength)", "negatives": "\(drawnWords)", "learning-rate": "\(learningRate)",
      "validation-fraction": "\(validationFraction)", "seed": "\(seed)",
      "window": "\(contextWidth)", "subsample": "\(frequentShare)",
    ]
  }
}
