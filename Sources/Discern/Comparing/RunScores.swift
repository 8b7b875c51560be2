import DiscernTraining

/// The scores of a training run for a task on its development texts.
package struct RunScores: Sendable, Equatable, Encodable {
  /// Empty for the only task of a model.
  package let task: String
  package let accuracy: Double
  package let macroF1: Double
  package let microF1: Double
  /// In nats.
  package let logLoss: Double

  init(_ scores: TaskScores) {
    task = scores.task
    accuracy = scores.accuracy
    macroF1 = scores.macroF1
    microF1 = scores.microF1
    logLoss = scores.loss
  }

  /// The scores of an epoch, by task if there are several.
  static func of(_ epoch: EpochSummary) -> [RunScores] {
    if let tasks = epoch.tasks, !tasks.isEmpty { return tasks.map { RunScores($0) } }
    return [RunScores(epoch)]
  }

  private init(_ epoch: EpochSummary) {
    task = ""
    accuracy = epoch.accuracy
    macroF1 = epoch.macroF1
    microF1 = epoch.microF1
    logLoss = epoch.developmentLoss
  }
}
