import Discern
import DiscernCorpus
import DiscernIO
import DiscernSystem

/// The texts to which models give different labels, for users: a row for each or, if labels do not fit
/// legibly into rows, several lines for each.
struct DifferingTexts {
  private let texts: ArraySlice<DifferingText>
  private let head: [String]
  private let hasTasks: Bool
  private let names: [String]
  private let width: Int

  /// The maximum number of texts shown.
  private static let shownTexts = 20
  /// In a row, labels with probabilities are cut to the first width or less, but not to less than the second.
  private static let labelColumns = (most: 32, least: 24)
  /// The minimum width of the text in a row.
  private static let textColumns = 12

  /// - Parameter width: the width in columns.
  init(_ comparison: ModelComparison, names: [String], width: Int) {
    self.names = names
    self.width = width
    hasTasks = comparison.tasks.count > 1
    let all = comparison.texts
    texts = all.prefix(Self.shownTexts)
    let examples = comparison.tasks.reduce(0) { $0 + $1.exampleCount }
    let share = String(format: "%.1f", 100 * Double(all.count) / Double(max(1, examples)))
    let heading =
      "\(all.count.counted("text")) (\(share) %) get\(all.count == 1 ? "s" : "") different labels"
      + (all.count > Self.shownTexts
        ? "; the first \(Self.shownTexts), and all with --differences or --json" : "") + "; ✓ is right"
    head = all.isEmpty ? ["all texts get the same labels"] : DisplayText.wrapped(heading, to: width)
  }

  var lines: [String] {
    if texts.isEmpty { return head }
    for limit in (Self.labelColumns.least...Self.labelColumns.most).reversed() {
      if let rows = rows(labelColumns: limit) { return head + rows }
    }
    return head + texts.flatMap { stacked($0) }
  }

  /// - Returns: nil if they do not fit.
  private func rows(labelColumns limit: Int) -> [String]? {
    let titles = ["place"] + (hasTasks ? ["task"] : []) + ["true"] + names
    let rows = texts.map { text in
      [place(text, columns: 20)] + (hasTasks ? [cut(text.task, limit)] : []) + [labels(text.labels, limit)]
        + names.indices.map { predicted(text, $0, limit) }
    }
    let used = titles.indices.reduce(0) { sum, column in
      sum + 2 + ([titles] + rows).reduce(0) { max($0, DisplayText.width($1[column])) }
    }
    guard used + Self.textColumns <= width else { return nil }
    var table = Table(leftColumns: titles.count + 1)
    table.add(titles + ["text"])
    for (row, text) in zip(rows, texts) { table.add(row + [cut(text.text, width - used)]) }
    return table.lines
  }

  /// The lines of a text: its place and text, the true labels, the labels of each model.
  private func stacked(_ text: DifferingText) -> [String] {
    let place = place(text, columns: 20) + (hasTasks ? "  " + cut(text.task, 24) : "")
    var table = Table(leftColumns: 2)
    let columns = width - 4 - max(4, names.map(\.count).max() ?? 0)
    // The mark and a space before it take two more columns.
    table.add("  true", labels(text.labels, columns))
    for (index, name) in names.enumerated() { table.add("  " + name, predicted(text, index, columns - 2)) }
    return [place + "  " + cut(text.text, width - DisplayText.width(place) - 2)] + table.lines
  }

  /// A model's labels with their probabilities; a single label is cut before its probability.
  private func predicted(_ text: DifferingText, _ model: Int, _ columns: Int) -> String {
    let mark = text.isRight[model] ? " ✓" : ""
    func probability(_ candidate: Classification.Candidate) -> String {
      String(format: " %.2f", candidate.probability)
    }
    let own = text.predicted[model]
    if own.count == 1 {
      let number = probability(own[0])
      return cut(own[0].label, columns - number.count) + number + mark
    }
    return labels(own.map { $0.label + probability($0) }, columns) + mark
  }

  private func labels(_ labels: [String], _ columns: Int) -> String {
    labels.isEmpty ? "(none)" : cut(labels.joined(separator: ", "), columns)
  }

  /// Long paths are cut at the beginning, so that the line number remains.
  private func place(_ text: DifferingText, columns: Int) -> String {
    DisplayText.cutStart(DisplayText.escaped(text.location.description), to: columns)
  }

  private func cut(_ text: String, _ columns: Int) -> String {
    DisplayText.cut(DisplayText.escaped(text), to: columns)
  }
}
