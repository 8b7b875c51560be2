import DiscernIO
import DiscernSystem

extension DataCheck {
  /// The report as aligned lines of plain text, without line ends.
  public var table: [String] {
    var lines: [String] = []
    for part in parts {
      let tasks = part.tasks ?? [TaskClasses(task: "", classes: part.classes)]
      lines.append(
        "\(part.name): \(part.rows.counted("row")), "
          + (tasks.count > 1 ? "\(tasks.count) tasks" : part.classes.count.counted("class", "classes")))
      for input in part.reading.inputs { lines.append("  " + Self.describe(input)) }
      if let groups = part.groups { lines.append("  \(groups)") }
      for task in tasks {
        lines += Self.aligned(
          [[task.task.isEmpty ? "label" : "label of \(task.task)", "texts", "share"]]
            + task.classes.map { [DisplayText.escaped($0.label), String($0.count), Self.percent($0.share)] })
      }
      let lengths = part.lengths
      lines += Self.aligned([
        ["tokens per text", "p1", "p5", "p25", "p50", "p75", "p95", "p99", "max", "mean"],
        [""]
          + [
            lengths.p1, lengths.p5, lengths.p25, lengths.p50, lengths.p75, lengths.p95, lengths.p99,
            lengths.maximum,
          ].map(String.init) + [lengths.mean.text(decimals: 1)],
      ])
      lines.append("")
    }
    if findings.isEmpty { lines.append("no findings") }
    for finding in findings {
      let part = [finding.part, finding.task.map { "task “\($0)”" }].compactMap { $0 }.map { "\($0): " }
        .joined()
      lines.append("\(finding.severity.rawValue): \(part)\(finding.message)")
      for example in finding.examples { lines.append("    " + DisplayText.escaped(example)) }
      if finding.count > finding.examples.count, !finding.examples.isEmpty, finding.kind != .imbalance,
        !groupKinds.contains(finding.kind)
      {
        lines.append("    …")
      }
    }
    return lines
  }

  /// The kinds whose count is of labels, but whose examples are groups of labels.
  private var groupKinds: [Kind] { [.similarLabels, .lookAlikeLabels, .equalNumbers] }

  static func percent(_ share: Double) -> String { (share * 100).text(decimals: 1) + " %" }

  private static func describe(_ input: ReadingReport.Input) -> String {
    var parts = ["\(input.path): \(input.format.rawValue), \(input.rows.counted("row"))"]
    if let header = input.hasHeader { parts.append(header ? "with a header" : "without a header") }
    if let text = input.textColumn { parts.append("text in “\(DisplayText.escaped(text))”") }
    if let label = input.labelColumn { parts.append("label in “\(DisplayText.escaped(label))”") }
    return (parts + input.notes).joined(separator: ", ")
  }

  /// Pads the cells of a table: the first column is aligned left, the others right.
  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { DisplayText.width($0[column]) }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - DisplayText.width(row[column]))
        return column == 0 ? row[column] + padding : padding + row[column]
      }
      return "  " + cells.joined(separator: "  ")
    }
  }
}
