import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor

/// A network that forecasts the next rows of a table of numbers from the rows before them.
///
/// ```swift
/// let table = try SeriesTable(path: "load.csv")
/// let forecaster = try Forecaster.train(on: table)
/// print(try forecaster.forecast(after: table).values)
/// ```
///
/// A value type that any thread may use.
public struct Forecaster: Sendable {
  private typealias Folder = ForecasterFolder<ForecastRecord>
  let folder: ForecasterFolder<ForecastRecord>

  init(_ folder: ForecasterFolder<ForecastRecord>) { self.folder = folder }

  /// The same forecaster with its results in the record.
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
  /// The columns that are forecast.
  public var targets: [String] { folder.targets.map { folder.columns[$0] } }
  /// The number of rows read.
  public var window: Int { folder.network.configuration.window }
  /// The number of rows forecast.
  public var horizon: Int { folder.network.configuration.horizon }
  /// The quantiles that are forecast, ascending; empty if each target has a single value.
  public var quantiles: [Float] { folder.network.configuration.quantiles }
  /// How it was trained.
  public var record: ForecastRecord { folder.facts }
  /// How its columns are scaled.
  public var scales: [ColumnScale] { folder.scales }
  /// Its shape.
  package var configuration: ForecastConfiguration { folder.network.configuration }
  /// The names and shapes of its weights.
  package var weightShapes: [(name: String, shape: [Int])] {
    folder.network.weights.tensors.map { ($0.name, $0.shape) }
  }
  /// The number of trained parameters.
  public var parameterCount: Int { folder.network.parameterCount }

  /// Reads a folder, after checking all of it.
  ///
  /// - Throws: `DiscernError.folder`.
  public init(contentsOf path: String) throws(DiscernError) {
    folder = try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      let folder = try Folder(path: path)
      if let problem = folder.facts.problem {
        throw .inconsistent(path: path, what: problem, expected: "numbers that training can produce")
      }
      return folder
    }
  }

  /// Writes the folder, replacing an existing forecaster and nothing else.
  @discardableResult
  public func write(to path: String) throws(DiscernError) -> SavedModel {
    try save(to: Self.checkDestination(path))
  }

  /// Writes the folder to a destination checked beforehand, or to another place if that fails.
  ///
  /// - Throws: `DiscernError.folder`; with `BundleError.savedElsewhere`, the folder is complete at the path
  ///   named there.
  public func save(to destination: ModelDestination) throws(DiscernError) -> SavedModel {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try folder.save(to: destination) }
  }

  /// Checks, before long work, that saving there will be possible.
  ///
  /// - Throws: `DiscernError.folder`.
  public static func checkDestination(_ path: String) throws(DiscernError) -> ModelDestination {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try Folder.checkDestination(path, expectedBytes: 0)
    }
  }

  // MARK: Forecasts

  /// The forecast of the rows after the end of a table.
  public struct Forecast: Sendable {
    /// The columns that are forecast.
    public let targets: [String]
    /// The quantiles, ascending; empty if each target has a single value.
    public let quantiles: [Float]
    /// By row, then by target: one value, or one for each quantile, ascending.
    public let values: [[[Double]]]
    /// By row: its time; empty if the table has no times.
    public let times: [SeriesTime]
  }

  /// Forecasts the rows after a table's last one.
  ///
  /// - Throws: `DiscernError.conflict` for a table with fewer rows than a window, whose last rows have a gap,
  ///   or whose values are too far from the training values; `.corpus` for a table that lacks a needed
  ///   column.
  public func forecast(
    after table: SeriesTable, compute: Compute = Compute(threadCount: 1)
  ) throws(DiscernError) -> Forecast {
    let places = try places(in: table)
    let count = table.rowCount
    guard count >= window else {
      throw .conflict(
        "\(table.path): has \(count) rows, but a forecast needs \(window); give more rows")
    }
    guard let last = table.segments.last, last.upperBound == count, last.count >= window else {
      throw .conflict(
        "\(table.path): the last \(window) rows, which a forecast needs, have a gap or a missing value; give "
          + "rows without one")
    }
    // The rows to forecast do not exist yet: empty rows take their place.
    var scaled = try scaled(table, places, rows: count - window..<count)
    scaled += [Float](repeating: 0, count: horizon * columns.count)
    let windows = windows(of: scaled, starts: [0])
    let outputs = folder.network.outputs(windows.batch([0]), compute, Workspace())
    let values = self.values(outputs, windows, [0])[0]
    guard values.allSatisfy({ $0.allSatisfy { $0.allSatisfy(\.isFinite) } }) else {
      throw .conflict(
        "\(table.path): forecasts of these rows are not finite; they differ too much from the training rows")
    }
    let times = (1...horizon).compactMap { count in
      table.times.last.flatMap { table.step?.time(count, after: $0) }
    }
    return Forecast(targets: targets, quantiles: quantiles, values: values, times: times)
  }

  /// The indices of its columns in a table.
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

  /// The largest scaled value that is accepted: farther away from the training rows, forecasts are
  /// meaningless.
  static let farthest: Float = 1e6

  /// [rows, columns] the scaled values, as input to the network.
  ///
  /// - Throws: `DiscernError.conflict` naming a value too far from the training values.
  func scaled(
    _ table: SeriesTable, _ places: [Int], rows: Range<Int>
  ) throws(DiscernError) -> [Float] {
    let isScaled = record.choices["scaling"] != ForecastOptions.Scaling.none.rawValue
    return try Self.scaled(table, places, folder.scales, rows: rows, isScaled: isScaled)
  }

  /// - Parameter isScaled: whether the scales come from the training rows; for messages.
  static func scaled(
    _ table: SeriesTable, _ places: [Int], _ scales: [ColumnScale], rows: Range<Int>, isScaled: Bool
  ) throws(DiscernError) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(rows.count * places.count)
    for row in rows {
      let isKnown = table.hasValues(row)
      for (place, scale) in zip(places, scales) {
        let value = table.value(row: row, column: place)
        let scaled = isKnown ? scale.scaled(value) : 0
        guard abs(scaled) <= farthest else {
          let subject = "\(table.path): \(value) in “\(table.names[place])”, row \(row + 1) of the table, is "
          throw .conflict(
            isScaled || scale != ColumnScale(offset: 0, scale: 1)
              ? subject + "more than a million times farther from the training rows than these are from one "
                + "another; correct it, or leave the column out (--columns)"
              : subject + "above the million that a network can read unscaled; train with --scaling standard "
                + "or range instead of none, or leave the column out (--columns)")
        }
        result.append(scaled)
      }
    }
    return result
  }

  func windows(of scaled: [Float], starts: [Int]) -> SeriesWindows {
    SeriesWindows(
      values: scaled, columnCount: columns.count, inputColumns: Array(columns.indices),
      targetColumns: folder.targets, isRelative: folder.isRelative, window: window, horizon: horizon,
      starts: starts)
  }

  /// Clamped, so that rounding cannot exceed the bounds.
  private func bounded(_ value: Double) -> Double {
    guard let bounds = folder.network.configuration.bounds else { return value }
    return min(max(value, bounds[0]), bounds[1])
  }

  /// By window, row and target: the values, in the table's units. Crossing quantiles are sorted (Chernozhukov
  /// et al. 2010).
  func values(_ outputs: [Float], _ windows: SeriesWindows, _ indices: [Int]) -> [[[[Double]]]] {
    let (count, size) = (folder.targets.count, folder.network.configuration.valueCount)
    return indices.enumerated().map { place, index in
      (0..<horizon).map { step in
        (0..<count).map { target in
          let scale = folder.scales[folder.targets[target]]
          let level = folder.isRelative ? windows.level(index, target: target) : 0
          let first = ((place * horizon + step) * count + target) * size
          return outputs[first..<first + size].map { bounded(scale.unscaled(Double($0 + level))) }.sorted()
        }
      }
    }
  }
}
