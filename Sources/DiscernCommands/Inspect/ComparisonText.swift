import Discern
import DiscernEvaluation
import DiscernIO
import DiscernSystem

/// A comparison for users.
enum ComparisonText {
  /// - Parameter width: the width in columns; wider tables are divided, and lines wrapped.
  static func lines(_ records: [RunRecord], _ comparison: ModelComparison?, width: Int) -> [String] {
    let names = names(records.count)
    var lines = runs(records, names) + [""] + recipes(records, names, width)
    guard let comparison else { return lines }
    for task in comparison.tasks {
      lines += [""] + figures(task, names, hasTasks: comparison.tasks.count > 1, width)
    }
    return lines + [""] + DifferingTexts(comparison, names: names, width: width).lines
  }

  /// On a terminal, paths that leave too little space are cut in the middle: they may differ only at the
  /// beginning.
  private static func runs(_ records: [RunRecord], _ names: [String]) -> [String] {
    let paths = records.map { DisplayText.escaped($0.path) }
    func lines(pathColumns: Int) -> [String] {
      // The first way of cutting that keeps different paths different.
      let ways = [DisplayText.cutMiddle, DisplayText.cutStart, DisplayText.cut].map { cut in
        paths.map { cut($0, pathColumns) }
      }
      let shown = ways.first { Set($0).count == Set(paths).count } ?? ways[0]
      let cells = zip(names, shown).map { [$0, $1] }
      return RunTable.lines(
        ["", "path"], zip(cells, records).map { (cells: $0, record: $1) }, width: Console.outputWidth)
    }
    var columns = paths.map(DisplayText.width).max() ?? 0
    if let width = Console.outputWidth {
      let widest = lines(pathColumns: columns).map(DisplayText.width).max() ?? 0
      columns -= min(max(0, widest - width), max(0, columns - 16))
    }
    return lines(pathColumns: columns)
      + ["accuracy, macro F1 and log loss: on each run's own development texts"]
  }

  /// `A`, `B` and so on; numbers if there are more models than letters.
  static func names(_ count: Int) -> [String] {
    (0..<count).map { count <= 26 ? String(UnicodeScalar(UInt8(ascii: "A") + UInt8($0))) : "\($0 + 1)" }
  }

  private static func recipes(_ records: [RunRecord], _ names: [String], _ width: Int) -> [String] {
    let unknown = zip(names, records).filter { $0.1.recipe == nil }.map(\.0)
    var note = unknown.isEmpty ? [] : ["the recipe of \(unknown.joined(separator: ", ")) is not recorded"]
    if Set(records.compactMap(\.kind)).count > 1 {
      note.append("settings that apply to only some of these models are left out")
    }
    let differences = RunRecord.differences(records)
    if differences.isEmpty { return note + ["the recipes do not differ"] }
    var table = Table(leftColumns: names.count + 1)
    table.add(["recipe"] + names)
    for (key, values) in differences {
      table.add([key] + values.map { $0.map { $0.isEmpty ? "“”" : $0 } ?? "–" })
    }
    return table.blocks(of: 1, width: width) + note
  }

  private static func figures(
    _ task: ModelComparison.Task, _ names: [String], hasTasks: Bool, _ width: Int
  ) -> [String] {
    var lines = hasTasks ? DisplayText.wrapped("task \(DisplayText.escaped(task.name))", to: width) : []
    var table = Table()
    table.add(["on \(task.exampleCount.counted("text"))"] + names.flatMap { [$0, "95 %"] })
    for (index, figure) in task.figures[0].enumerated() {
      table.add(
        [figure.measure.name]
          + task.figures.flatMap { [value($0[index].value), interval($0[index].interval)] })
    }
    lines += table.blocks(of: 2, width: width) + [""]
    var differences = Table()
    let others = names.dropFirst()
    differences.add(["difference"] + others.flatMap { ["\($0) − \(names[0])", "95 %", "p"] })
    for (index, first) in (task.differences.first ?? []).enumerated() {
      differences.add(
        [first.measure.name]
          + task.differences.flatMap { own in
            [
              value(own[index].difference, signed: true), interval(own[index].interval, signed: true),
              own[index].pValue.map(probability) ?? "–",
            ]
          })
    }
    lines += differences.blocks(of: 3, width: width) + [""]
    for (name, test) in zip(others, task.tests) {
      lines += DisplayText.wrapped(
        "McNemar, \(names[0]) and \(name): \(names[0]) alone is right on \(test.firstOnly.grouped), \(name) "
          + "alone on \(test.secondOnly.grouped); p \(probability(test.pValue)) "
          + (test.isExact ? "(exact)" : "(χ² with continuity correction)"), to: width)
    }
    return lines
  }

  private static func value(_ value: Double?, signed: Bool = false) -> String {
    guard let value else { return "–" }
    let text = String(format: signed ? "%+.4f" : "%.4f", value)
    return text.replacing("-", with: "−")
  }

  private static func interval(_ interval: ConfidenceInterval?, signed: Bool = false) -> String {
    interval.map { "\(value($0.low, signed: signed)) … \(value($0.high, signed: signed))" } ?? "–"
  }

  static func probability(_ value: Double) -> String {
    value < 0.0001 ? "< 0.0001" : String(format: "%.4f", value)
  }
}
