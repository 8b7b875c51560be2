import DiscernEvaluation

/// How well one of several tasks was solved on the development texts.
public struct TaskScores: Codable, Hashable, Sendable {
  /// The task's name; empty for the only one of a model.
  public let task: String
  /// Mean cross-entropy, nats, without smoothing.
  public let loss: Double
  /// The share of texts with all labels right.
  public let accuracy: Double
  /// The mean of all labels' F1.
  public let macroF1: Double
  /// F1 of all answers together.
  public let microF1: Double

  /// Multi-label tasks are measured at the thresholds that suit these texts best.
  package init(task: String, _ predictions: TaskPredictions) {
    self.task = task
    loss = predictions.logLoss
    switch predictions {
    case .singleLabel(let predictions):
      let matrix = predictions.confusionMatrix
      accuracy = matrix.accuracy
      macroF1 = matrix.macroAverage.f1
      microF1 = matrix.microAverage.f1
    case .multiLabel(let predictions):
      let report = MultiLabelReport(
        predictions, labelNames: Array(repeating: "", count: predictions.labelCount),
        thresholds: predictions.tunedThresholds())
      accuracy = report.subsetAccuracy
      macroF1 = report.macroAverage.f1
      microF1 = report.microAverage.f1
    }
  }

  /// Of a task that gives no labels.
  init(task: String, loss: Double) {
    self.task = task
    self.loss = loss
    (accuracy, macroF1, microF1) = (0, 0, 0)
  }

  /// What is to rise.
  func score(_ metric: SelectionMetric) -> Double {
    switch metric {
    case .accuracy: accuracy
    case .macroF1: macroF1
    case .microF1: microF1
    case .loss: -loss
    }
  }
}

/// The scores of all tasks and what they come to together.
struct CombinedScores {
  let tasks: [TaskScores]
  private let options: TrainingOptions

  init(_ tasks: [TaskScores], _ options: TrainingOptions) {
    self.tasks = tasks
    self.options = options
  }

  /// The mean over the tasks by their losses' weights.
  func mean(_ value: (TaskScores) -> Double) -> Double {
    if tasks.count == 1 { return value(tasks[0]) }
    let weights = tasks.map { options.weight(ofTask: $0.task) }
    return zip(tasks, weights).reduce(0) { $0 + value($1.0) * $1.1 } / weights.reduce(0, +)
  }

  /// What selection goes by: the watched task's metric and loss, or the means of all tasks'.
  var watched: (score: Double, loss: Double) {
    func score(_ task: TaskScores) -> Double { task.score(options.taskMetrics[task.task] ?? options.monitor) }
    if let name = options.watchedTask, let task = tasks.first(where: { $0.task == name }) {
      return (score(task), task.loss)
    }
    return (mean(score), mean(\.loss))
  }
}
