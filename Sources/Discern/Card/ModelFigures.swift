import DiscernEvaluation

/// The figures of a model on labelled texts that its card shows: each is a number that `discern evaluate
/// --json` prints.
public struct ModelFigures: Codable, Hashable, Sendable {
  /// The figures for one of the model's tasks.
  public struct Task: Codable, Hashable, Sendable {
    /// Empty for a model's only task if it was not named.
    public let name: String
    /// The number of texts measured.
    public let examples: Int
    /// The figures, in the order in which a card shows them.
    public let metrics: [Metric]
  }

  /// One number.
  public struct Metric: Codable, Hashable, Sendable {
    /// The path of the figure in the JSON report, such as `averages.macro.f1`.
    public let key: String
    /// The value in the report.
    public let value: Double
  }

  /// The tasks in the model's order.
  public let tasks: [Task]

  /// The figures of a report.
  public init(_ report: EvaluationReport) {
    tasks = report.tasks.map { name, report in
      switch report {
      case .singleLabel(let report):
        Task(
          name: name, examples: report.exampleCount,
          metrics: Self.metrics([
            ("accuracy", report.accuracy), ("averages.macro.f1", report.macroAverage.f1),
            ("logLoss", report.logLoss), (Self.calibration, report.calibration.expectedCalibrationError),
          ]))
      case .multiLabel(let report):
        Task(
          name: name, examples: report.exampleCount,
          metrics: Self.metrics([
            ("averages.micro.f1", report.microAverage.f1), ("averages.macro.f1", report.macroAverage.f1),
            ("subsetAccuracy", report.subsetAccuracy), ("logLoss", report.logLoss),
            (Self.calibration, report.calibration.expectedCalibrationError),
          ]))
      }
    }
  }

  init(tasks: [Task]) { self.tasks = tasks }

  private static let calibration = "calibration.expectedCalibrationError"

  private static func metrics(_ figures: [(String, Double)]) -> [Metric] {
    figures.filter(\.1.isFinite).map { Metric(key: $0, value: $1) }
  }
}

extension ModelFigures.Metric {
  /// The name for display.
  var name: String {
    switch key {
    case "accuracy": "accuracy"
    case "averages.macro.f1": "macro F1"
    case "averages.micro.f1": "micro F1"
    case "subsetAccuracy": "all labels right"
    case "logLoss": "log loss (nats)"
    case "calibration.expectedCalibrationError": "calibration error"
    default: key
    }
  }

  /// The metric's name at Hugging Face, or the closest one.
  var type: String {
    switch key {
    case "accuracy", "subsetAccuracy": "accuracy"
    case "averages.macro.f1", "averages.micro.f1": "f1"
    case "logLoss": "log_loss"
    default: "expected_calibration_error"
    }
  }
}
