import DiscernEvaluation

/// The scores of one task on the development texts.
public struct TaskScores: Codable, Hashable, Sendable {
  /// The task's name; empty for a model's only task.
  public let task: String
  /// Mean cross-entropy, nats, without smoothing.
  public let loss: Double
  /// The share of texts with all labels right.
  public let accuracy: Double
  /// The mean of all labels' F1.
  public let macroF1: Double
  /// F1 from the counts of all labels together.
  public let microF1: Double

  /// Multi-label tasks are measured at one threshold for all labels, found on different texts from those
  /// measured: thresholds fitted to the same texts would reward epochs for chance.
  ///
  /// - Parameter metric: the metric that the threshold maximises.
  package init(task: String, _ predictions: TaskPredictions, metric: SelectionMetric = .automatic) {
    self.task = task
    loss = predictions.logLoss
    switch predictions {
    case .singleLabel(let predictions):
      let matrix = predictions.confusionMatrix
      accuracy = matrix.accuracy
      macroF1 = matrix.macroAverage.f1
      microF1 = matrix.microAverage.f1
    case .multiLabel(let predictions):
      (accuracy, microF1, macroF1) = predictions.crossFittedScores(by: metric.average)
    }
  }

  /// The scores of a single task, from an epoch.
  package init(task: String, _ epoch: EpochSummary) {
    self.task = task
    loss = epoch.developmentLoss
    accuracy = epoch.accuracy
    macroF1 = epoch.macroF1
    microF1 = epoch.microF1
  }

  /// The scores of a task that gives no labels.
  init(task: String, loss: Double) {
    self.task = task
    self.loss = loss
    (accuracy, macroF1, microF1) = (0, 0, 0)
  }

  /// The score to maximise.
  func score(_ metric: SelectionMetric, isMultiLabel: Bool) -> Double {
    switch metric {
    case .automatic: isMultiLabel ? microF1 : accuracy
    case .accuracy: accuracy
    case .macroF1: macroF1
    case .microF1: microF1
    case .loss: -loss
    }
  }
}

/// The scores of all tasks, and their combination.
package struct CombinedScores {
  package let tasks: [TaskScores]
  private let isMultiLabel: [Bool]
  private let options: TrainingOptions

  /// - Parameter predictions: by task.
  init(_ predictions: [(task: String, TaskPredictions)], _ options: TrainingOptions) {
    tasks = predictions.map { TaskScores(task: $0.task, $0.1, metric: options.metric(ofTask: $0.task)) }
    isMultiLabel = predictions.map { if case .multiLabel = $0.1 { true } else { false } }
    self.options = options
  }

  /// - Parameters:
  ///   - tasks: at least one.
  ///   - isMultiLabel: by task.
  package init(_ tasks: [TaskScores], isMultiLabel: [Bool], _ options: TrainingOptions) {
    self.tasks = tasks
    self.isMultiLabel = isMultiLabel
    self.options = options
  }

  /// The mean over the tasks, weighted as their losses are.
  func mean(_ values: [Double]) -> Double {
    if tasks.count == 1 { return values[0] }
    let weights = tasks.map { options.weight(ofTask: $0.task) }
    return zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
  }

  /// The basis of selection: the watched task's metric and loss, or the means over all tasks.
  package var watched: (score: Double, loss: Double) {
    let scores = zip(tasks, isMultiLabel).map { task, isMultiLabel in
      task.score(options.metric(ofTask: task.task), isMultiLabel: isMultiLabel)
    }
    if let name = options.watchedTask, let index = tasks.firstIndex(where: { $0.task == name }) {
      return (scores[index], tasks[index].loss)
    }
    return (mean(scores), mean(tasks.map(\.loss)))
  }
}
