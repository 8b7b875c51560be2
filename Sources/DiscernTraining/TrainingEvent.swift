import DiscernModels

/// What an epoch came to.
public struct EpochSummary: Codable, Hashable, Sendable {
  /// From 1.
  public let epoch: Int
  /// Mean of the training texts' loss, with label smoothing and all weights, nats.
  public let trainLoss: Double
  /// Mean cross-entropy of the development texts, nats, without smoothing.
  public let developmentLoss: Double
  private let measuredAccuracy: Double?
  private let measuredMacroF1: Double?
  /// The figures of each task where there are several; the epoch's own are then their means by the
  /// weights of the tasks' losses.
  public let tasks: [TaskScores]?
  public let learningRate: Double
  /// Mean over the steps, before clipping.
  public let gradientNorm: Double
  /// The same of each weight's own gradient.
  public let gradientNorms: [String: Double]
  public let trainSeconds: Double
  public let developmentSeconds: Double
  public let tokensPerSecond: Double
  /// Whether it is the best so far.
  public let isBest: Bool

  /// The share of texts with all labels right; 0 for a model that chooses no labels.
  public var accuracy: Double { measuredAccuracy ?? 0 }
  /// The mean of the labels' F1; 0 for a model that chooses no labels.
  public var macroF1: Double { measuredMacroF1 ?? 0 }

  /// Figures that a model does not have are left out.
  private enum CodingKeys: String, CodingKey {
    case epoch, trainLoss, developmentLoss, tasks, learningRate, gradientNorm, gradientNorms, trainSeconds
    case developmentSeconds, tokensPerSecond, isBest
    case measuredAccuracy = "accuracy"
    case measuredMacroF1 = "macroF1"
  }

  init(
    _ running: RunningEpoch, trainLoss: Double, _ measures: Measures, developmentSeconds: Double, isBest: Bool
  ) {
    epoch = running.epoch
    self.trainLoss = trainLoss
    developmentLoss = measures.loss
    measuredAccuracy = measures.accuracy
    measuredMacroF1 = measures.macroF1
    tasks = measures.tasks
    learningRate = running.learningRate
    gradientNorm = running.gradients.meanNorm
    gradientNorms = running.gradients.meanNorms
    trainSeconds = running.seconds
    self.developmentSeconds = developmentSeconds
    tokensPerSecond = running.tokensPerSecond
    self.isBest = isBest
  }
}

/// Where an epoch stands.
public struct TrainingProgress: Sendable {
  public let epoch: Int
  public let step: Int
  public let stepCount: Int
  /// Running mean of this epoch.
  public let loss: Double
  public let tokensPerSecond: Double
  /// Of this epoch.
  public let secondsLeft: Double
}

/// What `Trainer.train` tells while it works.
public enum TrainingEvent: Sendable {
  case began(textCount: Int, tokenCount: Int, parameterCount: Int, padding: PaddingCost)
  /// Instead of `began`: training goes on from a saved state, in that epoch behind that step.
  case resumed(epoch: Int, step: Int, hasEnded: Bool)
  case step(TrainingProgress)
  case epoch(EpochSummary)
  case reducedLearningRate(to: Double)
  case warning(TrainingWarning)
}

/// Why training ended.
public enum TrainingOutcome: String, Codable, Hashable, Sendable {
  case completed
  case stoppedEarly = "stopped-early"
  case interrupted
  /// The loss stopped being a number; the best weights until then are kept.
  case diverged

  /// Whether training came to an end of its own, so that its model may take another one's place.
  package var isByItself: Bool { self == .completed || self == .stoppedEarly }
}
