import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining

/// All choices between examples of what belongs together and a matcher.
public struct MatchOptions: Hashable, Sendable {
  /// What early stopping watches on the texts that are held out.
  public enum Monitor: String, Hashable, Sendable, CaseIterable {
    /// The share of texts whose nearest candidate is right.
    case recall
    /// The contrastive loss.
    case loss
  }

  /// How a text becomes words.
  public var tokenizer = TokenizerConfiguration()
  /// Words of a vocabulary built from the texts, `<pad>` and `<unk>` included.
  public var vocabularySize = 25_000
  /// Rarer words are not taken into the vocabulary.
  public var minimumCount = 1
  /// The most tokens of a text; longer ones are cut at their end.
  public var maximumTokens = 400
  /// The network that reads texts, unless one is given that was pretrained.
  public var network = RecurrentConfiguration()
  /// Numbers of a text's vector; nil: 128, or as many as a transformer gives.
  public var vectorSize: Int?
  /// Whether both texts of a pair are read by the same weights.
  public var sharesTowers = true
  /// What cosines are divided by at first; it is learned.
  public var temperature = 0.07
  /// Passes over the texts, at most.
  public var epochs = 20
  /// Pairs that are told from one another.
  public var batchSize = 128
  /// The highest learning rate; it falls along half a cosine wave.
  public var learningRate = 0.002
  /// Epochs without improvement before training stops.
  public var patience = 5
  /// What is to improve on the texts that are held out.
  public var monitor = Monitor.recall
  /// The share of the texts that are held out to measure on, where none are given.
  public var validationFraction = 0.1
  /// Keys initialisation, shuffling and draws.
  public var seed: UInt64 = 1

  /// The defaults, which suit some ten thousand texts.
  public init() {
    network.embeddingDropout = 0.3
    network.outputDropout = 0.3
  }

  /// - Throws: `DiscernError` naming the first value that cannot be, as flags name it.
  public func validate() throws(DiscernError) {
    try wrapping(DiscernError.text) { () throws(TextError) in try tokenizer.validate() }
    try wrapping(DiscernError.model) { () throws(ModelError) in try network.validate() }
    func require(
      _ value: some CustomStringConvertible, _ holds: Bool, _ name: String, _ expected: String
    ) throws(DiscernError) {
      if !holds { throw .training(.invalidOption(name: name, value: "\(value)", expected: expected)) }
    }
    func require(_ value: Int, _ range: ClosedRange<Int>, _ name: String) throws(DiscernError) {
      try require(value, range.contains(value), name, "\(range.lowerBound) to \(range.upperBound)")
    }
    try require(vocabularySize, 3...Int(Int32.max), "vocab-size")
    try require(minimumCount, 1...Int(Int32.max), "min-count")
    try require(maximumTokens, 1...1_000_000, "max-tokens")
    try require(vectorSize ?? 2, 2...1 << 16, "size")
    // All pairs of a batch meet one another.
    try require(batchSize, 2...16_384, "batch-size")
    try require(temperature, temperature >= 0.01 && temperature <= 10, "temperature", "0.01 to 10")
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
    options.patience = patience
    options.seed = seed
    return options
  }

  /// By the names of flags, for the record.
  var choices: [String: String] {
    [
      "vocab-size": "\(vocabularySize)", "min-count": "\(minimumCount)", "max-tokens": "\(maximumTokens)",
      "embedding-dim": "\(network.embeddingSize)", "cell": network.cell.rawValue,
      "hidden": "\(network.hiddenSize)", "layers": "\(network.layerCount)",
      "bidirectional": "\(network.isBidirectional)",
      "pooling": network.pooling.map(\.rawValue).joined(separator: "+"),
      "embedding-dropout": "\(network.embeddingDropout)", "dropout": "\(network.outputDropout)",
      "size": vectorSize.map { "\($0)" } ?? "auto", "shared": "\(sharesTowers)",
      "temperature": "\(temperature)",
      "epochs": "\(epochs)", "batch-size": "\(batchSize)", "learning-rate": "\(learningRate)",
      "patience": "\(patience)", "monitor": monitor.rawValue, "validation-fraction": "\(validationFraction)",
      "seed": "\(seed)",
    ]
  }
}
