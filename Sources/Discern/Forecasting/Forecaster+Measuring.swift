import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernModels
import DiscernTensor

extension Forecaster {
  /// The number of windows forecast together.
  private static let measuredTogether = 256

  /// Measures forecasts of a table's rows from all windows before them.
  ///
  /// - Parameters:
  ///   - table: with all columns that are read.
  ///   - rows: the rows to forecast; nil: those after the training and validation rows if the table contains
  ///     them (`learnedRows`), else all.
  ///   - season: the number of rows in a season; nil: as in training.
  ///   - compute: threads and kernels.
  /// - Throws: `DiscernError.conflict` for a table without any such window, or with a value too far from the
  ///   training values; `.corpus` for a table that lacks a needed column; `.training` for an invalid season.
  public func evaluate(
    on table: SeriesTable, rows: Range<Int>? = nil, season: Int? = nil,
    compute: Compute = Compute(threadCount: 1)
  ) throws(DiscernError) -> ForecastReport {
    let places = try places(in: table)
    let season = season ?? record.season
    if let season, !ForecastRecord.seasons.contains(season) {
      throw .training(
        .invalidOption(
          name: "season", value: "\(season)", expected: "1 to \(ForecastRecord.seasons.upperBound)"))
    }
    let own = rows ?? learnedRows(of: table, places)..<table.rowCount
    let starts = table.windows(window, horizon: horizon, targets: own)
    if rows == nil, own.isEmpty {
      let last = table.times.isEmpty ? nil : record.lastTime
      throw .conflict(
        "\(table.path): none of the \(table.rowCount.counted("row")) is later than the training"
          + (last.map { ", which ended with \($0)" } ?? "")
          + ", so that there is nothing to measure; give a table with later rows")
    }
    guard !starts.isEmpty else {
      throw .conflict(
        "\(table.path): among the \(own.count) rows to evaluate"
          + (own.lowerBound > 0 ? ", those after the training rows," : "")
          + " there is no window of \(window) rows followed by \(horizon) more; give more rows")
    }
    let windows = windows(of: try scaled(table, places, rows: 0..<table.rowCount), starts: starts)
    let promised =
      quantiles.count > 1
      ? (Double(quantiles[quantiles.count - 1] - quantiles[0]) * 1e6).rounded() / 1e6 : nil
    var reports = targets.map {
      ForecastReport.Target(name: $0, horizon: horizon, hasSeason: season != nil, promised: promised)
    }
    let workspace = Workspace()
    for first in stride(from: 0, to: starts.count, by: Self.measuredTogether) {
      let indices = Array(first..<min(first + Self.measuredTogether, starts.count))
      let outputs = folder.network.outputs(windows.batch(indices), compute, workspace)
      for (index, values) in zip(indices, self.values(outputs, windows, indices)) {
        let origin = starts[index] + window
        for target in targets.indices {
          let column = places[folder.targets[target]]
          add(values.map { $0[target] }, table, origin, column, season, to: &reports[target])
        }
      }
    }
    guard
      reports.allSatisfy({ $0.model.meanAbsoluteError.isFinite && $0.model.rootMeanSquaredError.isFinite })
    else {
      throw .conflict("\(table.path): forecasts of these rows are not finite; does the table fit the model?")
    }
    return ForecastReport(
      windows: starts.count, rows: own, pointQuantile: quantiles.isEmpty ? nil : quantiles[pointPlace],
      targets: reports)
  }

  /// The number of a table's first rows on which the network was trained or selected. If both tables have
  /// times of a single series: all rows up to the last learned time. Otherwise: the number of learned rows if
  /// the table begins with exactly these, else 0.
  public func learnedRows(of table: SeriesTable) throws(DiscernError) -> Int {
    learnedRows(of: table, try places(in: table))
  }

  private func learnedRows(of table: SeriesTable, _ places: [Int]) -> Int {
    if table.seriesStarts.count == 1, let last = record.lastTime.flatMap(SeriesTime.init),
      table.times.first?.form == last.form
    {
      return table.times.firstIndex { $0.value > last.value } ?? table.rowCount
    }
    let known = record.trainingRows + record.validationRows
    let isSame =
      known > 0 && table.rowCount >= known && Self.digest(table, places, rows: known) == record.digest
    return isSame ? known : 0
  }

  /// Of several quantiles, the one nearest to the median is the point forecast.
  private var pointPlace: Int {
    quantiles.indices.min { abs(quantiles[$0] - 0.5) < abs(quantiles[$1] - 0.5) } ?? 0
  }

  /// - Parameters:
  ///   - values: by row: one value, or one for each quantile.
  ///   - origin: the first row that is forecast.
  private func add(
    _ values: [[Double]], _ table: SeriesTable, _ origin: Int, _ column: Int, _ season: Int?,
    to report: inout ForecastReport.Target
  ) {
    let last = Double(table.value(row: origin - 1, column: column))
    for (step, own) in values.enumerated() {
      let actual = Double(table.value(row: origin + step, column: column))
      let forecast = own[pointPlace]
      report.model.add(forecast: forecast, actual: actual)
      report.byStep[step].add(forecast: forecast, actual: actual)
      report.naive.add(forecast: last, actual: actual)
      if let low = own.first, let high = own.last {
        report.interval?.add(low: low, high: high, actual: actual)
      }
      if let season {
        // The latest value at the same point of the season that is known before the forecast.
        let back = season * (step / season + 1)
        guard let row = table.row(back, before: origin + step) else { continue }
        report.seasonal?.add(forecast: Double(table.value(row: row, column: column)), actual: actual)
      }
    }
  }

  /// The SHA-256 of the first rows' values in some columns.
  static func digest(_ table: SeriesTable, _ places: [Int], rows: Int) -> String {
    FileDigest.of((0..<rows).flatMap { row in places.map { table.value(row: row, column: $0) } }).sha256
  }
}
