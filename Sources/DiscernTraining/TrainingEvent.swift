import DiscernModels

/// The figures of an epoch.
public struct EpochSummary: Codable, Hashable, Sendable {
  /// From 1.
  public let epoch: Int
  /// Mean of the training texts' loss, with label smoothing and all weights, nats.
  public let trainLoss: Double
  /// Mean cross-entropy of the development texts, nats, without smoothing.
  public let developmentLoss: Double
  private let measuredAccuracy: Double?
  private let measuredMacroF1: Double?
  private let measuredMicroF1: Double?
  /// The figures of each task where there are several; the epoch's own are then their means by the
  /// weights of the tasks' losses.
  public let tasks: [TaskScores]?
  /// That of the epoch's last step.
  public let learningRate: Double
  /// Norm of all gradients together. Mean over the steps, before clipping.
  public let gradientNorm: Double
  /// The same of each weight's own gradient.
  public let gradientNorms: [String: Double]
  /// Seconds that the epoch's steps took.
  public let trainSeconds: Double
  /// Seconds that measuring on the development texts took.
  public let developmentSeconds: Double
  /// Training tokens a second, without measuring.
  public let tokensPerSecond: Double
  /// Whether it is the best so far.
  public let isBest: Bool

  /// The share of texts with all labels right; 0 for a model that chooses no labels.
  public var accuracy: Double { measuredAccuracy ?? 0 }
  /// The mean of the labels' F1; 0 for a model that chooses no labels.
  public var macroF1: Double { measuredMacroF1 ?? 0 }
  /// F1 of all answers together; of one label a text it is the accuracy. 0 for a model that chooses no
  /// labels, and where an earlier version measured.
  public var microF1: Double { measuredMicroF1 ?? 0 }

  /// Figures that a model does not have are left out.
  private enum CodingKeys: String, CodingKey {
    case epoch, trainLoss, developmentLoss, tasks, learningRate, gradientNorm, gradientNorms, trainSeconds
    case developmentSeconds, tokensPerSecond, isBest
    case measuredAccuracy = "accuracy"
    case measuredMacroF1 = "macroF1"
    case measuredMicroF1 = "microF1"
  }

  init(
    _ running: RunningEpoch, trainLoss: Double, _ measures: Measures, developmentSeconds: Double, isBest: Bool
  ) {
    epoch = running.epoch
    self.trainLoss = trainLoss
    developmentLoss = measures.loss
    measuredAccuracy = measures.accuracy
    measuredMacroF1 = measures.macroF1
    measuredMicroF1 = measures.microF1
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

/// How far an epoch has come.
public struct TrainingProgress: Sendable {
  /// From 1.
  public let epoch: Int
  /// Steps of this epoch that are done.
  public let step: Int
  /// Steps of this epoch in all.
  public let stepCount: Int
  /// Running mean of this epoch.
  public let loss: Double
  /// Training tokens a second, in this epoch so far.
  public let tokensPerSecond: Double
  /// A guess of the seconds to this epoch's end, without measuring.
  public let secondsLeft: Double
  /// A guess of the seconds to the end of the last epoch, with what measuring takes, if none is left out.
  public let totalSecondsLeft: Double

  package init(
    epoch: Int, step: Int, stepCount: Int, loss: Double, tokensPerSecond: Double, secondsLeft: Double,
    totalSecondsLeft: Double
  ) {
    self.epoch = epoch
    self.step = step
    self.stepCount = stepCount
    self.loss = loss
    self.tokensPerSecond = tokensPerSecond
    self.secondsLeft = secondsLeft
    self.totalSecondsLeft = totalSecondsLeft
  }
}

/// What `Trainer.train` tells while it works.
public enum TrainingEvent: Sendable {
  /// The first event: training texts and their tokens, the model's numbers, and what padding would cost.
  case began(textCount: Int, tokenCount: Int, parameterCount: Int, padding: PaddingCost)
  /// Instead of `began`: training goes on from a saved state, in that epoch behind that step.
  case resumed(epoch: Int, step: Int, hasEnded: Bool)
  /// A step is done.
  case step(TrainingProgress)
  /// With `TrainingOptions.watchesStates`, before an epoch's figures: how the states of each recurrent layer
  /// and the entropy of attention are distributed in up to 256 development texts: `states/l0`,
  /// `attention/entropy`.
  case states(epoch: Int, [String: Distribution])
  /// An epoch is done and measured.
  case epoch(EpochSummary)
  /// The smallest weights became zeros, and training goes on without them.
  case pruned(PruningSummary)
  /// The schedule lowered the learning rate for the epochs to come.
  case reducedLearningRate(to: Double)
  /// Training goes on, but something about it is odd.
  case warning(TrainingWarning)
}

/// Why training ended.
public enum TrainingOutcome: String, Codable, Hashable, Sendable {
  /// All epochs were trained.
  case completed
  /// `patience` epochs brought no improvement.
  case stoppedEarly = "stopped-early"
  /// From outside; the best weights until then are kept.
  case interrupted
  /// The loss stopped being a number; the best weights until then are kept.
  case diverged

  /// Whether training came to an end of its own, so that its model may take another one's place.
  package var isByItself: Bool { self == .completed || self == .stoppedEarly }

  /// The outcome of several trainings of one job: if one did not end by itself, the job did not, whatever
  /// became of those after it.
  ///
  /// - Parameter outcomes: at least one, in their order.
  package static func together(_ outcomes: [TrainingOutcome]) -> TrainingOutcome {
    outcomes.first { !$0.isByItself } ?? outcomes[outcomes.count - 1]
  }
}
