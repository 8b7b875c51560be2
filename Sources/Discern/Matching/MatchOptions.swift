import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining

/// All settings for training a matcher.
public struct MatchOptions: Hashable, Sendable {
  /// The figure on the held-out texts that early stopping monitors.
  public enum Monitor: String, Hashable, Sendable, CaseIterable {
    /// The share of texts whose nearest candidate is right.
    case recall
    /// The contrastive loss.
    case loss
  }

  /// How a text is divided into words.
  public var tokenizer = TokenizerConfiguration()
  /// The maximum number of words in a vocabulary built from the texts, including `<pad>` and `<unk>`.
  public var vocabularySize = 25_000
  /// Rarer words are left out of the vocabulary.
  public var minimumCount = 1
  /// The maximum number of tokens in a text; longer texts are cut at the end.
  public var maximumTokens = 400
  /// The network that reads texts, unless a pretrained one is given.
  public var network = RecurrentConfiguration()
  /// The size of a text's vector; nil: 128, or the size of a transformer's vectors.
  public var vectorSize: Int?
  /// Whether both texts of a pair are read by the same network.
  public var sharesTowers = true
  /// The initial temperature, by which cosines are divided; it is learned. Nil: chosen to suit the texts.
  public var temperature: Double?
  /// The maximum number of passes over the texts.
  public var epochs = 20
  /// The number of pairs in a batch, which are contrasted with one another. Nil: chosen to suit the texts.
  public var batchSize: Int?
  /// The highest learning rate; it falls along half a cosine wave.
  public var learningRate = 0.002
  /// Epochs without improvement before training stops.
  public var patience = 5
  /// The figure on the held-out texts that must improve.
  public var monitor = Monitor.recall
  /// The share of the texts held out for measuring, if no others are given.
  public var validationFraction = 0.1
  /// The seed of initialisation, shuffling and random draws.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {
    network.embeddingDropout = 0.3
    network.outputDropout = 0.3
  }

  /// - Throws: `DiscernError` for the first invalid value, named by its flag.
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
    // Every pair in a batch is compared with every other.
    try require(pairsPerBatch, 2...16_384, "batch-size")
    try require(
      firstTemperature, firstTemperature >= 0.01 && firstTemperature <= 10, "temperature", "0.01 to 10")
    try require(
      validationFraction, validationFraction > 0 && validationFraction < 1, "validation-fraction",
      "above 0, below 1")
    try wrapping(DiscernError.training) { () throws(TrainingError) in try training(stepCount: 1).validate() }
  }

  /// `batchSize`, or the usual value until it is chosen.
  var pairsPerBatch: Int { batchSize ?? Self.usual.batchSize }
  /// `temperature`, or the usual value until it is chosen.
  var firstTemperature: Double { temperature ?? Self.usual.temperature }

  /// For at least `fewTexts` texts, and for a frozen transformer.
  private static let usual = (batchSize: 128, temperature: 0.07)
  /// For fewer texts: smaller batches give more steps, and a high temperature keeps vectors from being drawn
  /// together before they learn to differ.
  private static let few = (batchSize: 32, temperature: 0.2)
  /// Measured with CLINC150, banking77, TREC and others: see `Guides/Matching.md`.
  private static let fewTexts = 2_000

  /// Chooses the settings that were left open.
  ///
  /// - Parameters:
  ///   - texts: the number of training texts.
  ///   - isFrozen: whether the texts' vectors come from a frozen transformer.
  /// - Returns: the settings chosen here.
  mutating func fit(to texts: Int, isFrozen: Bool) -> [FittedChoice] {
    let isFew = texts < Self.fewTexts && !isFrozen
    let chosen = isFew ? Self.few : Self.usual
    var choices: [(key: String, value: String)] = []
    if batchSize == nil {
      batchSize = chosen.batchSize
      choices.append(("batch-size", "\(chosen.batchSize)"))
    }
    if temperature == nil {
      temperature = chosen.temperature
      choices.append(("temperature", "\(chosen.temperature)"))
    }
    let flags = choices.map { "--" + $0.key }.joined(separator: " and ")
    let why =
      (isFrozen ? "text vectors are frozen" : texts.counted("text"))
      + "; \(flags) \(choices.count == 1 ? "changes" : "change") it"
    return choices.map { FittedChoice(key: $0.key, value: $0.value, why: why) }
  }

  /// The trainer's options.
  ///
  /// - Parameter stepCount: the number of updates in an epoch.
  func training(stepCount: Int) -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs
    options.batchSize = .texts(pairsPerBatch)
    options.learningRate = learningRate
    options.schedule = .cosine
    options.warmupSteps = min(100, epochs * stepCount / 20)
    options.minimumLearningRate = min(learningRate, 1e-5)
    options.monitor = .loss
    options.patience = patience
    options.seed = seed
    return options
  }

  /// The settings by flag name, for the record.
  var choices: [String: String] {
    [
      "vocab-size": "\(vocabularySize)", "min-count": "\(minimumCount)", "max-tokens": "\(maximumTokens)",
      "embedding-dim": "\(network.embeddingSize)", "cell": network.cell.rawValue,
      "hidden": "\(network.hiddenSize)", "layers": "\(network.layerCount)",
      "bidirectional": "\(network.isBidirectional)",
      "pooling": network.pooling.map(\.rawValue).joined(separator: "+"),
      "embedding-dropout": "\(network.embeddingDropout)", "dropout": "\(network.outputDropout)",
      "size": vectorSize.map { "\($0)" } ?? "auto", "shared": "\(sharesTowers)",
      "temperature": "\(firstTemperature)",
      "epochs": "\(epochs)", "batch-size": "\(pairsPerBatch)", "learning-rate": "\(learningRate)",
      "patience": "\(patience)", "monitor": monitor.rawValue, "validation-fraction": "\(validationFraction)",
      "seed": "\(seed)",
    ]
  }
}
