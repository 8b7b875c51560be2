import DiscernEvaluation
import DiscernIO
import DiscernSystem

/// Figures of forecasts for people, at most 80 columns wide for short names.
enum ForecastTable {
  /// One report, or several of a walk-forward evaluation and their mean.
  static func lines(_ reports: [ForecastReport]) -> [String] {
    var table = Table(leftColumns: 2)
    let hasSeason = reports.contains { $0.targets.contains { $0.seasonal != nil } }
    let hasInterval = reports.contains { $0.targets.contains { $0.interval != nil } }
    table.add(
      [reports.count > 1 ? "origin" : "", "column", "MAE", "RMSE", "sMAPE", "naive MAE"]
        + (hasSeason ? ["season MAE"] : []) + ["skill"] + (hasInterval ? ["within", "width"] : []))
    for (index, report) in reports.enumerated() {
      for target in report.targets {
        var cells = [
          reports.count > 1 ? "\(index + 1)" : "", DisplayText.cut(target.name, to: 24),
          figure(target.model.meanAbsoluteError), figure(target.model.rootMeanSquaredError),
          String(format: "%.1f %%", target.model.symmetricPercentageError),
          figure(target.naive.meanAbsoluteError),
        ]
        if hasSeason { cells.append(target.seasonal.map { figure($0.meanAbsoluteError) } ?? "") }
        cells.append(String(format: "%.1f %%", 100 * target.skill))
        if hasInterval {
          cells.append(
            target.interval.map {
              String(format: "%.1f of %.0f %%", 100 * $0.coverage, 100 * $0.promised)
            } ?? "")
          cells.append(target.interval.map { figure($0.meanWidth) } ?? "")
        }
        table.add(cells)
      }
    }
    let windows = reports.map { "\($0.windows.grouped)" }.joined(separator: ", ")
    return table.lines + [
      "",
      "\(windows) windows; skill: what the error is less by than the better one's of naive"
        + (hasSeason ? " and season" : ""),
    ] + means(reports)
  }

  private static func means(_ reports: [ForecastReport]) -> [String] {
    guard reports.count > 1, let first = reports.first else { return [] }
    return first.targets.indices.map { target in
      let own = reports.map { $0.targets[target] }
      func mean(_ value: (ForecastReport.Target) -> Double) -> Double {
        own.reduce(0) { $0 + value($1) } / Double(own.count)
      }
      let (error, naive) = (mean { $0.model.meanAbsoluteError }, mean { $0.naive.meanAbsoluteError })
      return "mean of \(own.count) origins, \(own[0].name): MAE \(figure(error)), naive \(figure(naive)), "
        + String(format: "skill %.1f %%", 100 * mean(\.skill))
    }
  }

  /// Four digits that count.
  private static func figure(_ value: Double) -> String { String(format: "%.4g", value) }
}
