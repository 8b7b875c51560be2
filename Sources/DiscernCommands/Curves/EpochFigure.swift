import DiscernModels
import DiscernTraining

/// A figure of an epoch, with its names in logs.
struct EpochFigure {
  /// The name in a table, the same as in the JSON log.
  let name: String
  /// The name in TensorBoard; nil: no curve is drawn.
  let tag: String?
  let value: Double

  private init(_ name: String, _ tag: String?, _ value: Double) {
    (self.name, self.tag, self.value) = (name, tag, value)
  }

  /// The figures of the epoch itself.
  static func all(_ summary: EpochSummary) -> [EpochFigure] {
    [
      EpochFigure("trainLoss", "loss/train", summary.trainLoss),
      EpochFigure("developmentLoss", "loss/development", summary.developmentLoss),
      EpochFigure("accuracy", "development/accuracy", summary.accuracy),
      EpochFigure("macroF1", "development/macroF1", summary.macroF1),
      EpochFigure("microF1", "development/microF1", summary.microF1),
      EpochFigure("learningRate", "learningRate", summary.learningRate),
      EpochFigure("gradientNorm", "gradientNorm", summary.gradientNorm),
      EpochFigure("trainSeconds", nil, summary.trainSeconds),
      EpochFigure("developmentSeconds", nil, summary.developmentSeconds),
      EpochFigure("tokensPerSecond", "tokensPerSecond", summary.tokensPerSecond),
    ]
  }

  /// The figures of each of several tasks.
  static func ofTasks(_ summary: EpochSummary) -> [EpochFigure] {
    (summary.tasks ?? []).flatMap { task in
      [
        ("loss", task.loss), ("accuracy", task.accuracy), ("macroF1", task.macroF1),
        ("microF1", task.microF1),
      ].map { EpochFigure("\(task.task).\($0)", "development/\(task.task)/\($0)", $1) }
    }
  }
}
