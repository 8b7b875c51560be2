import DiscernEvaluation
import DiscernIO
import DiscernSystem

/// Figures of forecasts for users, at most 80 columns wide if names are short.
enum ForecastTable {
  /// A report, or several reports of a walk-forward evaluation with their mean.
  static func lines(_ reports: [ForecastReport]) -> [String] {
    let all = reports.flatMap(\.targets)
    let hasSeason = all.contains { $0.seasonal != nil }
    let interval = all.lazy.compactMap(\.interval).first
    var table = Table(leftColumns: reports.count > 1 ? 2 : 1)
    table.add(
      (reports.count > 1 ? ["origin"] : []) + ["column", "MAE", "RMSE", "sMAPE", "naive"]
        + (hasSeason ? ["season"] : []) + ["skill"]
        + (interval.map { [String(format: "in %.0f %%", 100 * $0.promised), "width"] } ?? []))
    for (index, report) in reports.enumerated() {
      for target in report.targets {
        table.add((reports.count > 1 ? ["\(index + 1)"] : []) + cells(target, hasSeason: hasSeason))
      }
    }
    let windows = reports.reduce(0) { $0 + $1.windows }
    var lines =
      table.lines + [
        "", "\(windows.counted("window")); naive and season: MAE of the last value and of a season before;",
        "skill: how much lower the MAE is than the better of these; negative: higher",
      ]
    if all.contains(where: { $0.skill == nil }) {
      lines.append("skill –: the better of these is never wrong, and the forecasts are")
    }
    if let quantile = reports.first?.pointQuantile, abs(quantile - 0.5) > 0.01 {
      lines.append("figures are for the quantile \(quantile), since the median (0.5) is not forecast")
    }
    let missing = all.filter { $0.seasonal != nil && !$0.knowsSeason }
    if let first = missing.first {
      let known = first.seasonal?.count ?? 0
      lines.append(
        "season: known for only \(known.grouped) of \(first.model.count.grouped) values, so its figure is "
          + "left out")
    }
    return lines + means(reports, hasSeason: hasSeason)
  }

  private static func cells(_ target: ForecastReport.Target, hasSeason: Bool) -> [String] {
    let season = target.knowsSeason ? target.seasonal.map { figure($0.meanAbsoluteError) } ?? "" : "–"
    return [
      DisplayText.cut(target.name, to: 24), figure(target.model.meanAbsoluteError),
      figure(target.model.rootMeanSquaredError),
      String(format: "%.1f %%", target.model.symmetricPercentageError),
      figure(target.naive.meanAbsoluteError),
    ] + (hasSeason ? [season] : []) + [percent(target.skill)]
      + (target.interval.map { [String(format: "%.1f %%", 100 * $0.coverage), figure($0.meanWidth)] } ?? [])
  }

  private static func means(_ reports: [ForecastReport], hasSeason: Bool) -> [String] {
    guard reports.count > 1, let first = reports.first else { return [] }
    var table = Table(leftColumns: 1)
    table.add(["mean of \(reports.count)", "MAE", "naive"] + (hasSeason ? ["season"] : []) + ["skill"])
    for index in first.targets.indices {
      let own = reports.map { $0.targets[index] }
      func mean(_ value: (ForecastReport.Target) -> Double) -> Double {
        own.reduce(0) { $0 + value($1) } / Double(own.count)
      }
      let knowsSeason = own.allSatisfy(\.knowsSeason)
      table.add(
        [
          DisplayText.cut(own[0].name, to: 24), figure(mean { $0.model.meanAbsoluteError }),
          figure(mean { $0.naive.meanAbsoluteError }),
        ] + (hasSeason ? [knowsSeason ? figure(mean { $0.seasonal?.meanAbsoluteError ?? 0 }) : "–"] : [])
          + [percent(own.contains { $0.skill == nil } ? nil : mean { $0.skill ?? 0 })])
    }
    return [""] + table.lines
  }

  private static func percent(_ share: Double?) -> String {
    share.map { String(format: "%.1f %%", 100 * $0) } ?? "–"
  }

  /// Four significant digits.
  private static func figure(_ value: Double) -> String { String(format: "%.4g", value) }
}
