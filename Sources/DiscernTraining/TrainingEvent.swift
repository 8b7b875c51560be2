import DiscernModels

/// The figures of an epoch.
public struct EpochSummary: Codable, Hashable, Sendable {
  /// From 1.
  public let epoch: Int
  /// The mean loss of the training texts, with label smoothing and all weights, in nats.
  public let trainLoss: Double
  /// Mean cross-entropy of the development texts, nats, without smoothing.
  public let developmentLoss: Double
  private let measuredAccuracy: Double?
  private let measuredMacroF1: Double?
  private let measuredMicroF1: Double?
  /// The figures of each task if there are several; the epoch's figures are then their means, weighted as the
  /// tasks' losses are.
  public let tasks: [TaskScores]?
  /// The highest learning rate of the epoch.
  public let learningRate: Double
  /// The norm of all gradients together before clipping, averaged over the steps.
  public let gradientNorm: Double
  /// The same for each weight's gradient.
  public let gradientNorms: [String: Double]
  /// The number of steps skipped because their loss or gradients were not finite; nil: none.
  public let skippedSteps: Int?
  /// Seconds that the epoch's steps took.
  public let trainSeconds: Double
  /// Seconds that measuring on the development texts took.
  public let developmentSeconds: Double
  /// Training tokens per second of `trainSeconds`.
  public let tokensPerSecond: Double
  /// Whether the epoch is the best so far.
  public let isBest: Bool

  /// The share of texts with all labels right; 0 for a model that chooses no labels.
  public var accuracy: Double { measuredAccuracy ?? 0 }
  /// The mean of the labels' F1; 0 for a model that chooses no labels.
  public var macroF1: Double { measuredMacroF1 ?? 0 }
  /// F1 from the counts of all labels together; for single labels, the accuracy. 0 for a model that chooses
  /// no labels, and in records of earlier versions.
  public var microF1: Double { measuredMicroF1 ?? 0 }

  /// Figures that a model does not have are left out.
  private enum CodingKeys: String, CodingKey {
    case epoch, trainLoss, developmentLoss, tasks, learningRate, gradientNorm, gradientNorms, skippedSteps
    case trainSeconds, developmentSeconds, tokensPerSecond, isBest
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
    skippedSteps = running.skippedSteps
    trainSeconds = running.seconds
    self.developmentSeconds = developmentSeconds
    tokensPerSecond = running.tokensPerSecond
    self.isBest = isBest
  }
}

/// The progress of an epoch.
public struct TrainingProgress: Sendable {
  /// From 1.
  public let epoch: Int
  /// The number of completed steps of this epoch.
  public let step: Int
  /// The total number of steps of this epoch.
  public let stepCount: Int
  /// The running mean of the loss in this epoch.
  public let loss: Double
  /// Training tokens per second in this epoch so far.
  public let tokensPerSecond: Double
  /// The estimated seconds to the end of this epoch, without measuring.
  public let secondsLeft: Double
  /// The estimated seconds to the end of the last epoch, including measuring, if training does not stop
  /// early.
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

/// The progress reports of `Trainer.train`.
public enum TrainingEvent: Sendable {
  /// The first event: the numbers of training texts, tokens and parameters, and the cost that padding would
  /// have.
  case began(textCount: Int, tokenCount: Int, parameterCount: Int, padding: PaddingCost)
  /// Instead of `began`: training resumes from a saved state, in that epoch after that step.
  case resumed(epoch: Int, step: Int, hasEnded: Bool)
  /// A step is done.
  case step(TrainingProgress)
  /// With `TrainingOptions.watchesStates`, before `epoch`: the distributions of each recurrent layer's states
  /// (`states/l0`) and of the attention's entropy (`attention/entropy`) in up to 256 development texts.
  case states(epoch: Int, [String: Distribution])
  /// An epoch is done and measured.
  case epoch(EpochSummary)
  /// The smallest weights were set to zero, and training continues without them.
  case pruned(PruningSummary)
  /// The schedule lowered the learning rate for later epochs.
  case reducedLearningRate(to: Double)
  /// Training continues, but something looks wrong.
  case warning(TrainingWarning)
}

/// Why training ended.
public enum TrainingOutcome: String, Codable, Hashable, Sendable {
  /// All epochs were trained.
  case completed
  /// There was no improvement for `patience` epochs.
  case stoppedEarly = "stopped-early"
  /// Training was interrupted; the best weights until then are kept.
  case interrupted
  /// The loss or a gradient was not finite for five steps in a row, for a whole epoch or on the development
  /// texts; the best weights until then are kept.
  case diverged

  /// Whether training ended normally, so that its model may replace another one.
  package var isNormal: Bool { self == .completed || self == .stoppedEarly }

  /// The outcome of several runs of one job: if one did not end normally, neither did the job, whatever the
  /// outcome of later runs.
  ///
  /// - Parameter outcomes: at least one, in order.
  package static func together(_ outcomes: [TrainingOutcome]) -> TrainingOutcome {
    outcomes.first { !$0.isNormal } ?? outcomes[outcomes.count - 1]
  }
}
