import Foundation

extension DataCheck {
  /// The report as aligned lines of plain text, without line ends.
  public var table: [String] {
    var lines: [String] = []
    for part in parts {
      lines.append("\(part.name): \(part.rows) rows, \(part.classes.count) classes")
      for input in part.reading.inputs { lines.append("  " + Self.describe(input)) }
      lines += Self.aligned(
        [["label", "texts", "share"]]
          + part.classes.map { [Self.oneLine($0.label), String($0.count), Self.percent($0.share)] })
      let lengths = part.lengths
      lines += Self.aligned([
        ["tokens a text", "p1", "p5", "p25", "p50", "p75", "p95", "p99", "max", "mean"],
        [""]
          + [
            lengths.p1, lengths.p5, lengths.p25, lengths.p50, lengths.p75, lengths.p95, lengths.p99,
            lengths.maximum,
          ].map(String.init) + [String(format: "%.1f", lengths.mean)],
      ])
      lines.append("")
    }
    if findings.isEmpty { lines.append("nothing to complain about") }
    for finding in findings {
      let part = finding.part.map { "\($0): " } ?? ""
      lines.append("\(finding.severity.rawValue): \(part)\(finding.message)")
      for example in finding.examples { lines.append("    " + Self.oneLine(example)) }
      if finding.count > finding.examples.count, !finding.examples.isEmpty, finding.kind != .imbalance,
        finding.kind != .similarLabels
      {
        lines.append("    …")
      }
    }
    return lines
  }

  static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

  private static func describe(_ input: ReadingReport.Input) -> String {
    var parts = ["\(input.path): \(input.format.rawValue), \(input.rows) rows"]
    if let header = input.hasHeader { parts.append(header ? "with a header" : "without a header") }
    if let text = input.textColumn { parts.append("text in “\(oneLine(text))”") }
    if let label = input.labelColumn { parts.append("label in “\(oneLine(label))”") }
    return (parts + input.notes).joined(separator: ", ")
  }

  /// A name that may hold anything, on one line.
  private static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
  }

  /// Rows of cells: the first column to the left, the others to the right.
  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { width($0[column]) }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - width(row[column]))
        return column == 0 ? row[column] + padding : padding + row[column]
      }
      return "  " + cells.joined(separator: "  ")
    }
  }

  /// Columns on a terminal: two for ideographs, kana, Hangul and emoji.
  private static func width(_ text: String) -> Int {
    text.reduce(0) { total, character in
      guard let scalar = character.unicodeScalars.first else { return total }
      let isWide =
        scalar.properties.isEmojiPresentation || (0x1100...0x115F).contains(scalar.value)
        || (0x2E80...0xA4CF).contains(scalar.value) || (0xAC00...0xD7A3).contains(scalar.value)
        || (0xF900...0xFAFF).contains(scalar.value) || (0xFF00...0xFF60).contains(scalar.value)
        || (0x20000...0x3FFFD).contains(scalar.value)
      return total + (isWide ? 2 : 1)
    }
  }
}
