import DiscernIO

/// The results of an evaluation of a classifier, task by task.
///
/// As JSON, it is the report itself of a single task, and `{"tasks": {name: report}}` for several.
public struct EvaluationReport: Sendable, Equatable, Encodable {
  /// Names and reports in the model's order, at least one.
  public let tasks: [(name: String, report: TaskReport)]

  /// The reports of the tasks in the model's order.
  public init(_ tasks: [(name: String, report: TaskReport)]) {
    precondition(!tasks.isEmpty, "a report needs a task")
    self.tasks = tasks
  }

  /// The share of examples with all labels right, averaged over the tasks.
  public var accuracy: Double { mean(\.accuracy) }
  /// The macro F1, averaged over the tasks.
  public var macroF1: Double { mean(\.macroF1) }
  /// The log loss in nats, averaged over the tasks.
  public var logLoss: Double { mean(\.logLoss) }

  private func mean(_ figure: (TaskReport) -> Double) -> Double {
    tasks.reduce(0) { $0 + figure($1.report) } / Double(tasks.count)
  }

  /// The first task's report if it is a single-label task.
  public var classification: ClassificationReport? {
    if case .singleLabel(let report) = tasks[0].report { report } else { nil }
  }

  /// The reports as a readable text, one after the other, no line wider than `width` columns. The text ends
  /// with a newline.
  public func table(width: Int = 80) -> String {
    if tasks.count == 1 { return tasks[0].report.table(width: width) }
    return tasks.map { "task \(DisplayText.escaped($0.name))\n\n" + $0.report.table(width: width) }
      .joined(separator: "\n")
  }

  public static func == (a: EvaluationReport, b: EvaluationReport) -> Bool {
    a.tasks.elementsEqual(b.tasks) { $0 == $1 }
  }

  private enum CodingKeys: String, CodingKey { case tasks }

  public func encode(to encoder: any Encoder) throws {
    if tasks.count == 1 { return try tasks[0].report.encode(to: encoder) }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, $0.report) }), forKey: .tasks)
  }
}
