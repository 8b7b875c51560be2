import DiscernIO
import DiscernSystem
import DiscernTraining

/// Epochs as a table for users, at most 80 columns wide.
package enum EpochTable {
  private static let titles = [
    "epoch", "train loss", "dev loss", "accuracy", "macro F1", "rate", "norm", "time", "",
  ]
  /// The widths of a log's columns, whose rows arrive one by one.
  private static let widths = [5, 10, 8, 8, 8, 8, 7, 7, 4]
  /// The width of a row.
  static let width = widths.reduce(widths.count - 1, +)

  package static func lines(_ epochs: [EpochSummary]) -> [String] { [header] + epochs.map { line($0) } }

  /// The line above a log's rows.
  package static var header: String { row(titles) }

  /// A row of a log.
  ///
  /// - Parameter curve: a curve, shown next to the row.
  package static func line(_ epoch: EpochSummary, curve: String = "") -> String {
    let line = row(cells(epoch))
    return curve.isEmpty ? line : DisplayText.left(line, width) + " " + curve
  }

  /// The figures of each of several tasks, below their epoch.
  ///
  /// - Parameter columns: the width of the terminal.
  package static func taskLines(_ epoch: EpochSummary, columns: Int = 80) -> [String] {
    var table = Table()
    for task in epoch.tasks ?? [] {
      table.add(
        "  " + DisplayText.cut(task.task, to: max(8, columns - 68)), "loss \(figure(task.loss))",
        String(format: "accuracy %.4f", task.accuracy),
        String(format: "macro F1 %.4f", task.macroF1), String(format: "micro F1 %.4f", task.microF1))
    }
    return table.lines
  }

  /// The figures next to a progress bar: in ordinary training, all of them fit in 80 columns.
  ///
  /// - Parameter unit: the unit counted per second.
  package static func progress(
    _ progress: TrainingProgress, epochs: Int, unit: String = "tokens"
  ) -> String {
    let all = progress.epoch < epochs ? ", all: \(duration(progress.totalSecondsLeft))" : ""
    let pace = Int(progress.tokensPerSecond)
    return "epoch \(progress.epoch)/\(epochs): \(duration(progress.secondsLeft)) left\(all)"
      + String(format: "  loss %.3f  ", progress.loss)
      + (pace < 10_000 ? pace.grouped : "\((pace / 1000).grouped)k") + " \(unit)/s"
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds), 359_999))
    return whole < 60
      ? "\(whole) s"
      : whole < 600
        ? String(format: "%d:%02d min", whole / 60, whole % 60)
        : whole < 3600 ? "\(whole / 60) min" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  private static func row(_ cells: [String]) -> String {
    let line = zip(cells, widths).map { DisplayText.right($0, $1) }.joined(separator: " ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  private static func cells(_ epoch: EpochSummary) -> [String] {
    [
      "\(epoch.epoch)", figure(epoch.trainLoss), figure(epoch.developmentLoss),
      String(format: "%.4f", epoch.accuracy), String(format: "%.4f", epoch.macroF1),
      String(format: "%.3g", epoch.learningRate), figure(epoch.gradientNorm, digits: 2),
      time(epoch.trainSeconds + epoch.developmentSeconds), epoch.isBest ? "best" : "",
    ]
  }

  /// At most seven characters.
  private static func figure(_ value: Double, digits: Int = 4) -> String {
    String(format: abs(value) < 99.995 ? "%.\(digits)f" : abs(value) < 99_999 ? "%.1f" : "%.0e", value)
  }

  /// At most seven characters.
  private static func time(_ seconds: Double) -> String {
    seconds < 1000
      ? String(format: "%.0f s", seconds)
      : seconds < 60_000 ? String(format: "%.0f min", seconds / 60) : String(format: "%.0f h", seconds / 3600)
  }
}
