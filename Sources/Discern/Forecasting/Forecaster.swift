import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor

/// A network that forecasts the next rows of a table of numbers from those before.
///
/// ```swift
/// let table = try SeriesTable(path: "load.csv")
/// let forecaster = try Forecaster.train(on: table)
/// print(try forecaster.forecast(behind: table).values)
/// ```
///
/// A value that any thread may use.
public struct Forecaster: Sendable {
  private typealias Folder = ForecasterFolder<ForecastRecord>
  private let folder: ForecasterFolder<ForecastRecord>

  init(_ folder: ForecasterFolder<ForecastRecord>) { self.folder = folder }

  /// The same with what it reaches in its record.
  func with(report: ForecastReport) -> Forecaster {
    var record = record
    record.report = report
    record.windows.append(report.windows)
    return Forecaster(
      ForecasterFolder(
        network: folder.network, columns: folder.columns, scales: folder.scales, targets: folder.targets,
        isRelative: folder.isRelative, facts: record))
  }

  /// The columns that are read, in the network's order.
  public var columns: [String] { folder.columns }
  /// Those that are forecast.
  public var targets: [String] { folder.targets.map { folder.columns[$0] } }
  /// Rows that are read.
  public var window: Int { folder.network.configuration.window }
  /// Rows that are forecast.
  public var horizon: Int { folder.network.configuration.horizon }
  /// Ascending; empty for one value of each target.
  public var quantiles: [Float] { folder.network.configuration.quantiles }
  /// How it was trained.
  public var record: ForecastRecord { folder.facts }
  /// Numbers that training moves.
  public var parameterCount: Int { folder.network.parameterCount }

  /// Reads a folder, after checking all of it.
  ///
  /// - Throws: `DiscernError.folder`.
  public init(contentsOf path: String) throws(DiscernError) {
    folder = try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try Folder(path: path) }
  }

  /// Writes the folder, replacing a forecaster of that name and nothing else.
  @discardableResult
  public func write(to path: String) throws(DiscernError) -> SavedModel {
    try save(to: Self.checkDestination(path))
  }

  /// Writes the folder to a destination that was checked before, or else where it can be.
  ///
  /// - Throws: `DiscernError.folder`; with `BundleError.savedElsewhere`, it is whole at the path that this
  ///   names.
  public func save(to destination: ModelDestination) throws(DiscernError) -> SavedModel {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try folder.save(to: destination) }
  }

  /// Tries all that saving there needs; asked before long work.
  ///
  /// - Throws: `DiscernError.folder`.
  public static func checkDestination(_ path: String) throws(DiscernError) -> ModelDestination {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try Folder.checkDestination(path, expectedBytes: 0)
    }
  }

  // MARK: Forecasts

  /// What comes behind the last rows of a table.
  public struct Forecast: Sendable {
    /// The columns that are forecast.
    public let targets: [String]
    /// Ascending; empty for one value of each target.
    public let quantiles: [Float]
    /// By row: by target: one value, or one for each quantile, ascending.
    public let values: [[[Double]]]
    /// By row: its time; empty where the table has none.
    public let times: [SeriesTime]
  }

  /// Forecasts the rows behind a table's last one.
  ///
  /// - Throws: `DiscernError.conflict` for a table with fewer rows than a window, or whose last rows have a
  ///   gap; `.corpus` for one without a column that is read.
  public func forecast(
    behind table: SeriesTable, compute: Compute = Compute(threadCount: 1)
  ) throws(DiscernError) -> Forecast {
    let places = try places(in: table)
    let count = table.rowCount
    guard count >= window else {
      throw .conflict(
        "\(table.path): there are \(count) rows, and a forecast reads \(window); give more rows")
    }
    guard let last = table.segments.last, last.upperBound == count, last.count >= window else {
      throw .conflict(
        "\(table.path): the last \(window) rows, which a forecast reads, have a gap or a missing value; give "
          + "rows without one")
    }
    // What follows is not there: rows of nothing stand in its place.
    var scaled = scaled(table, places, rows: count - window..<count)
    scaled += [Float](repeating: 0, count: horizon * columns.count)
    let windows = windows(of: scaled, starts: [0])
    let outputs = folder.network.outputs(windows.batch([0]), compute, Workspace())
    let values = self.values(outputs, windows, [0])[0]
    let times = (1...horizon).compactMap { count in
      table.times.last.flatMap { table.step?.time(count, behind: $0) }
    }
    return Forecast(targets: targets, quantiles: quantiles, values: values, times: times)
  }

  /// The places of its columns in a table.
  func places(in table: SeriesTable) throws(DiscernError) -> [Int] {
    var places: [Int] = []
    for name in columns {
      guard let place = table.names.firstIndex(of: name) else {
        throw .corpus(.unknownColumn(path: table.path, name: name, available: table.names))
      }
      places.append(place)
    }
    return places
  }

  /// [rows, columns] as the network reads them.
  private func scaled(_ table: SeriesTable, _ places: [Int], rows: Range<Int>) -> [Float] {
    rows.flatMap { row in
      zip(places, folder.scales).map { $1.scaled(table.value(row: row, column: $0)) }
    }
  }

  private func windows(of scaled: [Float], starts: [Int]) -> SeriesWindows {
    SeriesWindows(
      values: scaled, columnCount: columns.count, inputColumns: Array(columns.indices),
      targetColumns: folder.targets, isRelative: folder.isRelative, window: window, horizon: horizon,
      starts: starts)
  }

  /// By window: by row, by target: the values, in the table's units. Quantiles that cross are put in order
  /// (Chernozhukov et al. 2010).
  private func values(_ outputs: [Float], _ windows: SeriesWindows, _ indices: [Int]) -> [[[[Double]]]] {
    let (count, size) = (folder.targets.count, folder.network.configuration.valueCount)
    return indices.enumerated().map { place, index in
      (0..<horizon).map { step in
        (0..<count).map { target in
          let scale = folder.scales[folder.targets[target]]
          let level = folder.isRelative ? windows.level(index, target: target) : 0
          let first = ((place * horizon + step) * count + target) * size
          return outputs[first..<first + size].map { scale.unscaled(Double($0 + level)) }.sorted()
        }
      }
    }
  }

  // MARK: Measuring

  /// So many windows are forecast together.
  private static let measuredTogether = 256

  /// Measures forecasts of rows of a table from all windows before them.
  ///
  /// - Parameters:
  ///   - rows: those that are forecast; nil: all, or those behind the rows that the network has learned from
  ///     and was chosen by, where the table begins with these.
  ///   - season: rows of a season; nil: that of the training.
  /// - Throws: `DiscernError.conflict` for a table with other columns or without any such window.
  public func evaluate(
    on table: SeriesTable, rows: Range<Int>? = nil, season: Int? = nil,
    compute: Compute = Compute(threadCount: 1)
  ) throws(DiscernError) -> ForecastReport {
    let places = try places(in: table)
    let known = record.trainingRows + record.validationRows
    let own = rows ?? (hasLearned(from: table, places) ? known : 0)..<table.rowCount
    let starts = table.windows(window, horizon: horizon, targets: own)
    guard !starts.isEmpty else {
      throw .conflict(
        "\(table.path): among the \(own.count) rows to measure there is no window of \(window) rows with the "
          + "\(horizon) behind it; give more rows")
    }
    let season = season ?? record.season
    let windows = windows(of: scaled(table, places, rows: 0..<table.rowCount), starts: starts)
    let promised = quantiles.count > 1 ? Double(quantiles[quantiles.count - 1] - quantiles[0]) : nil
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
    return ForecastReport(windows: starts.count, rows: own, targets: reports)
  }

  /// - Parameters:
  ///   - values: by row: one, or one for each quantile.
  ///   - origin: the first row that is forecast.
  private func add(
    _ values: [[Double]], _ table: SeriesTable, _ origin: Int, _ column: Int, _ season: Int?,
    to report: inout ForecastReport.Target
  ) {
    let last = Double(table.value(row: origin - 1, column: column))
    for (step, own) in values.enumerated() {
      let actual = Double(table.value(row: origin + step, column: column))
      let forecast = own[own.count / 2]
      report.model.add(forecast: forecast, actual: actual)
      report.byStep[step].add(forecast: forecast, actual: actual)
      report.naive.add(forecast: last, actual: actual)
      if let low = own.first, let high = own.last {
        report.interval?.add(low: low, high: high, actual: actual)
      }
      if let season {
        // The latest row of the same place in a season that is known by then.
        let back = season * ((step + season) / season)
        let row = origin + step - back
        guard table.hasValues(row) else { continue }
        report.seasonal?.add(forecast: Double(table.value(row: row, column: column)), actual: actual)
      }
    }
  }

  /// Whether the table begins with the rows that training knew.
  private func hasLearned(from table: SeriesTable, _ places: [Int]) -> Bool {
    let known = record.trainingRows + record.validationRows
    return known > 0 && table.rowCount >= known && Self.digest(table, places, rows: known) == record.digest
  }

  /// The SHA-256 of the first rows' values in some columns.
  static func digest(_ table: SeriesTable, _ places: [Int], rows: Int) -> String {
    FileDigest.of((0..<rows).flatMap { row in places.map { table.value(row: row, column: $0) } }).sha256
  }
}
