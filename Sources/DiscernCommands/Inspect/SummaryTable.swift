import Discern
import DiscernReports

/// The words that favour a label and those that oppose it, as a table.
struct SummaryTable {
  private let label: ExplanationSummary.Label

  init(_ label: ExplanationSummary.Label) { self.label = label }

  var lines: [String] {
    let name = label.task.isEmpty ? label.label : label.task + ": " + label.label
    var table = Table(leftColumns: 1)
    table.add("\(name), \(label.texts.counted("text"))", "texts", "score")
    for (title, entries) in [("for", label.positive), ("against", label.negative)] {
      table.add("  \(title)\(entries.isEmpty ? ": nothing in five texts or more" : "")", "", "")
      for entry in entries {
        table.add("    " + Self.name(entry), entry.texts.grouped, ExplainedText.figure(entry.score))
      }
    }
    return table.lines + [""]
  }

  private static func name(_ entry: ExplanationSummary.Entry) -> String {
    switch entry.kind {
    case .word: entry.text
    case .words: "n-gram “\(entry.text)”"
    case .letters: "letters “\(entry.text)”"
    }
  }
}
