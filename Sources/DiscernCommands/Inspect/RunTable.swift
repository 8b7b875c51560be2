import Discern
import DiscernIO
import DiscernSystem
import DiscernTraining

/// Training runs as rows for users.
enum RunTable {
  static let titles = [
    "model", "accuracy", "macro F1", "log loss", "best epoch", "seeds", "texts", "parameters", "n-grams",
    "outcome",
  ]

  /// The columns that are left out on a narrow terminal, in this order.
  private static let dispensable = ["n-grams", "texts", "seeds", "parameters", "best epoch", "outcome"]

  /// Rows with further columns before their own. On a terminal that is too narrow, dispensable columns are
  /// left out, and a line names them.
  ///
  /// - Parameters:
  ///   - columns: the titles of the columns before.
  ///   - rows: the cells of these columns, and the training run; nil: these cells are all that is known.
  ///   - width: the width of the terminal; nil without one.
  static func lines(
    _ columns: [String], _ rows: [(cells: [String], record: RunRecord?)], width: Int?
  ) -> [String] {
    var left: [String] = []
    while true {
      let kept = titles.indices.filter { !left.contains(titles[$0]) }
      var table = Table(leftColumns: columns.count + 1)
      table.add(columns + kept.map { titles[$0] })
      for row in rows {
        let own = row.record.map { record in
          let all = cells(record)
          return kept.map { all[$0] }
        }
        table.add(row.cells + (own ?? []))
      }
      let lines = table.lines
      let widest = lines.map(DisplayText.width).max() ?? 0
      guard let width, widest > width, left.count < dispensable.count else {
        return lines
          + (left.isEmpty
            ? []
            : DisplayText.wrapped(
              "columns left out for lack of space: \(left.joined(separator: ", ")); see "
                + "--json", to: width ?? .max))
      }
      left.append(dispensable[left.count])
    }
  }

  /// The cells of a record; missing values are shown as a dash.
  static func cells(_ record: RunRecord) -> [String] {
    func figure(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "–" }
    let epochs = record.runs.map { run in
      (run.best.map { "\($0.epoch)" } ?? "–") + "/\(run.epochs.count)"
    }
    let kind = record.kind?.rawValue ?? "–"
    return [
      record.source == .log ? "log, \(kind)" : kind, figure(record.mean(\.accuracy)),
      figure(record.mean(\.macroF1)), figure(record.mean(\.logLoss)),
      epochs.isEmpty ? "–" : epochs.joined(separator: " "),
      record.runs.isEmpty ? "–" : record.runs.map { "\($0.seed)" }.joined(separator: " "),
      record.trainingTexts.map(\.grouped) ?? "–", record.parameters.map(\.grouped) ?? "–",
      record.ngrams.map(\.grouped) ?? "–", outcome(record),
    ]
  }

  private static func outcome(_ record: RunRecord) -> String {
    record.outcome?.rawValue ?? (record.source == .log ? "not ended" : "–")
  }
}
