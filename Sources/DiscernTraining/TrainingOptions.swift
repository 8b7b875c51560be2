import DiscernBatching

/// What early stopping and the learning rate's reduction watch on the development set.
public enum SelectionMetric: String, Codable, Hashable, Sendable, CaseIterable {
  case accuracy
  case macroF1 = "macro-f1"
  case loss
}

/// Whether each step also learns from word vectors moved where the loss rises fastest.
public enum AdversarialMethod: String, Codable, Hashable, Sendable, CaseIterable {
  case none
  /// The fast gradient method on the embedding table: one perturbation of norm ε for the whole batch.
  case fgm
}

/// How a classifier is trained.
public struct TrainingOptions: Codable, Hashable, Sendable {
  public var epochs = 10
  public var batchSize = BatchSize.texts(64)
  /// Batches that are shuffled and sorted by length together.
  public var bucketWindow = 50
  public var learningRate = 0.001
  /// ε of label smoothing.
  public var labelSmoothing: Float = 0.1
  /// The largest norm that all gradients together may have; 0 turns clipping off.
  public var clipNorm = 1.0
  /// Epochs without improvement before training stops.
  public var patience = 3
  public var metric = SelectionMetric.accuracy
  /// The learning rate's factor after `plateauPatience` + 1 epochs without improvement.
  public var plateauFactor = 0.5
  public var plateauPatience = 0
  public var minimumLearningRate = 1e-6
  public var adversarial = AdversarialMethod.none
  /// ε: the perturbation's norm.
  public var epsilon = 1.0
  /// Keys initialisation, shuffling and dropout.
  public var seed: UInt64 = 1

  public init() {}

  /// - Throws: `TrainingError.invalidOption` naming the first value that cannot be.
  public func validate() throws(TrainingError) {
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ expected: String) throws(TrainingError) {
      if !holds { throw .invalidOption(name: name, value: "\(value)", expected: expected) }
    }
    try require(epochs > 0, "epochs", epochs, "at least 1")
    switch batchSize {
    case .texts(let size), .tokens(let size): try require(size > 0, "batch size", size, "at least 1")
    }
    try require(bucketWindow > 0, "bucket window", bucketWindow, "at least 1")
    try require(learningRate > 0 && learningRate < 10, "learning rate", learningRate, "above 0, below 10")
    try require((0..<1).contains(labelSmoothing), "label smoothing", labelSmoothing, "0 to below 1")
    try require(clipNorm >= 0 && clipNorm.isFinite, "clip norm", clipNorm, "0 (off) or above")
    try require(epsilon > 0 && epsilon.isFinite, "epsilon", epsilon, "above 0")
    try require(patience > 0, "patience", patience, "at least 1")
    try require(
      plateauFactor > 0 && plateauFactor <= 1, "plateau factor", plateauFactor, "above 0, at most 1")
    try require(plateauPatience >= 0, "plateau patience", plateauPatience, "0 or above")
    try require(minimumLearningRate >= 0, "minimum learning rate", minimumLearningRate, "0 or above")
  }
}
