import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernSystem

/// A comparison for people.
enum ComparisonText {
  /// The number of texts shown.
  private static let shownTexts = 20

  static func lines(_ records: [RunRecord], _ comparison: ModelComparison?, width: Int) -> [String] {
    let names = names(records.count)
    let runs = RunTable.lines(
      ["", "path"], zip(names, records).map { (cells: [$0, $1.path], record: $1) },
      width: Console.outputWidth)
    var lines = runs + ["accuracy, macro F1 and log loss: on each run's own development texts"]
    lines += [""] + recipes(records, names)
    guard let comparison else { return lines }
    for task in comparison.tasks {
      lines += [""] + figures(task, names, hasTasks: comparison.tasks.count > 1)
    }
    return lines + [""] + texts(comparison, names, width)
  }

  /// `A`, `B` and so on; numbers where there are more than letters.
  static func names(_ count: Int) -> [String] {
    (0..<count).map { count <= 26 ? String(UnicodeScalar(UInt8(ascii: "A") + UInt8($0))) : "\($0 + 1)" }
  }

  private static func recipes(_ records: [RunRecord], _ names: [String]) -> [String] {
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
    return table.lines + note
  }

  private static func figures(
    _ task: ModelComparison.Task, _ names: [String], hasTasks: Bool
  ) -> [String] {
    var lines = hasTasks ? ["task \(DisplayText.escaped(task.name))"] : []
    var table = Table()
    table.add(["on \(task.exampleCount.counted("text"))"] + names.flatMap { [$0, "95 %"] })
    for (index, figure) in task.figures[0].enumerated() {
      table.add(
        [figure.measure.name]
          + task.figures.flatMap { [value($0[index].value), interval($0[index].interval)] })
    }
    lines += table.lines + [""]
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
    lines += differences.lines + [""]
    for (name, test) in zip(others, task.tests) {
      lines.append(
        "McNemar, \(names[0]) and \(name): \(names[0]) alone is right on \(test.firstOnly.grouped), \(name) "
          + "alone on \(test.secondOnly.grouped); p \(probability(test.pValue)) "
          + (test.isExact ? "(exact)" : "(χ² with continuity correction)"))
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

  private static func texts(_ comparison: ModelComparison, _ names: [String], _ width: Int) -> [String] {
    let texts = comparison.texts
    if texts.isEmpty { return ["all texts get the same labels"] }
    let hasTasks = comparison.tasks.count > 1
    let share = String(
      format: "%.1f", 100 * Double(texts.count) / Double(comparison.tasks.reduce(0) { $0 + $1.exampleCount }))
    var lines = [
      "\(texts.count.counted("text")) (\(share) %) get\(texts.count == 1 ? "s" : "") different labels"
        + (texts.count > shownTexts
          ? "; the first \(shownTexts), and all with --differences or --json" : "")
        + "; ✓ is right"
    ]
    let head = ["place"] + (hasTasks ? ["task"] : []) + ["true"] + names
    let rows = texts.prefix(shownTexts).map { text in
      [place(text.location)] + (hasTasks ? [cut(text.task, 32)] : []) + [labels(text.labels)]
        + zip(text.predicted, text.isRight).map { predicted, isRight in
          labels(predicted.map { "\($0.label) \(String(format: "%.2f", $0.probability))" })
            + (isRight ? " ✓" : "")
        }
    }
    let used = head.indices.reduce(0) { sum, column in
      sum + 2 + ([head] + rows).reduce(0) { max($0, DisplayText.width($1[column])) }
    }
    var table = Table(leftColumns: head.count + 1)
    table.add(head + ["text"])
    for (row, text) in zip(rows, texts) { table.add(row + [cut(text.text, max(8, width - used))]) }
    lines += table.lines
    return lines
  }

  /// Long paths lose their beginning, never the line's number.
  private static func place(_ location: RecordLocation) -> String {
    let text = DisplayText.escaped(location.description)
    guard DisplayText.width(text) > 20 else { return text }
    var end = Substring(text)
    while DisplayText.width(String(end)) > 19 { end.removeFirst() }
    return "…" + end
  }

  private static func labels(_ labels: [String]) -> String {
    labels.isEmpty ? "(none)" : cut(labels.joined(separator: ", "), 32)
  }

  private static func cut(_ text: String, _ columns: Int) -> String {
    DisplayText.cut(DisplayText.escaped(text), to: columns)
  }
}
