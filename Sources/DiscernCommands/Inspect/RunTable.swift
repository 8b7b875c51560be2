import Discern
import DiscernTraining
import Foundation

/// Trainings as rows for people.
enum RunTable {
  static let titles = [
    "model", "accuracy", "macro F1", "log loss", "best epoch", "seeds", "texts", "parameters", "n-grams",
    "outcome",
  ]

  /// What is not recorded is a dash.
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
