import DiscernIO
import DiscernSystem
import DiscernVocabulary

/// A table of numbers in chronological order: one row for each time, one column for each quantity.
public struct SeriesTable: Sendable {
  /// The treatment of rows that lack a value.
  public enum MissingValues: String, Sendable, CaseIterable {
    /// Throw an error that names the row.
    case stop
    /// Leave out windows that contain such a row.
    case skip
  }

  /// Which columns are read, and how.
  public struct Options: Sendable {
    /// The columns by name; nil: all except the time column.
    public var columns: [String]?
    /// The time column; nil: the first one if it holds dates, otherwise none.
    public var timeColumn: String?
    /// How missing values are handled.
    public var missing = MissingValues.stop
    /// Whether rows are used as they are even if times are unequally spaced, such as working days.
    public var ignoresGaps = false
    /// The field separator; nil: detected.
    public var separator: FieldSeparator?

    /// The defaults.
    public init() {}
  }

  /// The file's path.
  public let path: String
  /// The names of the columns that are read, in the table's order; numbers from 1 without a header.
  public let names: [String]
  /// [rows, columns] row-major; 0 for a missing value.
  public let values: [Float]
  /// The time column; nil if there is none.
  public let timeColumn: String?
  /// [rows]; empty without a time column.
  public let times: [SeriesTime]
  /// The usual step between times; nil without times.
  public let step: SeriesStep?
  /// The first row of each series: 0, and those after an empty line.
  public let seriesStarts: [Int]
  /// Ranges of consecutive rows of one series without gaps and missing values; each window is within one
  /// range.
  public let segments: [Range<Int>]
  /// The number of places at which times are further apart, or nearer, than usual.
  public let gapCount: Int
  /// The number of rows that lack a value in some column.
  public let missingCount: Int
  /// Notes on what was detected automatically, for messages.
  public let notes: [String]

  /// Whether unequal time steps do not count as gaps.
  private let ignoresGaps: Bool
  /// Whether names are paths, which may have a leading slash.
  private let namesArePaths: Bool

  /// The number of rows.
  public var rowCount: Int { values.count / names.count }

  /// The rows of the series that a row belongs to.
  private func series(of row: Int) -> Range<Int> {
    if ignoresGaps { return 0..<rowCount }
    var (low, high) = (0, seriesStarts.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if seriesStarts[middle] <= row { low = middle } else { high = middle }
    }
    return seriesStarts[low]..<(high < seriesStarts.count ? seriesStarts[high] : rowCount)
  }

  /// - Parameters:
  ///   - values: [rows, columns] row-major, finite.
  ///   - times: [rows], ascending in each series, or empty.
  ///   - seriesStarts: the first rows of further series, ascending.
  public init(names: [String], values: [Float], times: [SeriesTime] = [], seriesStarts: [Int] = []) {
    self.init(
      path: "the table", names: names, values: values, isMissing: [], timeColumn: nil, times: times,
      notes: [], seriesStarts: seriesStarts)
  }

  init(
    path: String, names: [String], values: [Float], isMissing: Set<Int>, timeColumn: String?,
    times: [SeriesTime], notes: [String], seriesStarts: [Int] = [], ignoresGaps: Bool = false,
    namesArePaths: Bool = false
  ) {
    let count = names.isEmpty ? 0 : values.count / names.count
    precondition(count * names.count == values.count && (times.isEmpty || times.count == count), "rows")
    self.path = path
    self.names = names
    self.values = values
    self.timeColumn = timeColumn
    self.times = times
    self.notes = notes
    self.ignoresGaps = ignoresGaps
    self.namesArePaths = namesArePaths
    self.seriesStarts = [0] + seriesStarts
    let begins = Set(seriesStarts)
    let step = SeriesStep(times, seriesStarts: begins)
    self.step = step
    var (segments, start, gaps) = ([Range<Int>](), 0, 0)
    for row in 0..<count {
      let isBegin = !ignoresGaps && begins.contains(row)
      let isGap =
        row > 0 && !ignoresGaps && !begins.contains(row)
        && !(step?.leads(from: times[row - 1], to: times[row]) ?? true)
      if isGap { gaps += 1 }
      guard isGap || isBegin || isMissing.contains(row) else { continue }
      if start < row { segments.append(start..<row) }
      start = isMissing.contains(row) ? row + 1 : row
    }
    if start < count { segments.append(start..<count) }
    self.segments = segments
    gapCount = gaps
    missingCount = isMissing.count
  }

  /// Reads a table with or without a header: CSV, TSV and the like, also compressed; `-` is standard input.
  /// With the trait `HDF5`, also reads datasets of an HDF5 file, which is recognised by its first bytes: a
  /// column's name is its dataset's path (`group/load`), in a dataset with two axes also its number from 1
  /// (`group/table/3`).
  ///
  /// - Throws: `SeriesError` naming the file, the line or row, and the remedy.
  public init(path: String, options: Options = Options()) throws(SeriesError) {
    try self.init(path: path, options: options, memory: SystemMemory.limit())
  }

  /// - Parameter memory: the limit of memory for datasets.
  package init(path: String, options: Options, memory: SystemMemory.Limit) throws(SeriesError) {
    var reader: SeriesReader
    do throws(SeriesError) { reader = try SeriesReader(path: path, options: options) } catch {
      guard case .corpus(.input(.otherKind(_, .hdf5))) = error else { throw error }
      self = try HDF5Series.table(path: path, options: options, memory: memory)
      return
    }
    self = try reader.table()
  }

  /// A given name in the form that the table uses.
  package func ownName(_ name: String) -> String {
    namesArePaths ? String(name.drop { $0 == "/" }) : name
  }

  /// A value.
  public func value(row: Int, column: Int) -> Float { values[row * names.count + column] }

  /// Whether the row exists and no column lacks a value in it.
  package func hasValues(_ row: Int) -> Bool {
    var (low, high) = (0, segments.count)
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].upperBound <= row { low = middle + 1 } else { high = middle }
    }
    return low < segments.count && segments[low].contains(row)
  }

  /// The row a number of steps before another, by the times if there are any; nil if it does not exist or
  /// lacks a value.
  package func row(_ back: Int, before row: Int) -> Int? {
    var place = row - back
    let series = series(of: row)
    if let step, !ignoresGaps, gapCount > 0 {
      let wanted = step.time(-back, after: times[row]).value
      var (low, high) = (series.lowerBound, series.upperBound)
      while low < high {
        let middle = (low + high) / 2
        if times[middle].value < wanted, !step.isSame(times[middle].value, wanted) {
          low = middle + 1
        } else {
          high = middle
        }
      }
      guard low < series.upperBound, step.isSame(times[low].value, wanted) else { return nil }
      place = low
    }
    return series.contains(place) && hasValues(place) ? place : nil
  }

  /// The first rows of the windows that neither cross a gap nor touch a row with a missing value.
  ///
  /// - Parameters:
  ///   - window: the number of rows that a model reads.
  ///   - horizon: the number of rows that follow them.
  ///   - targets: the range in which all following rows must lie; the window itself may begin before it.
  package func windows(_ window: Int, horizon: Int, targets: Range<Int>) -> [Int] {
    segments.flatMap { segment in
      let first = max(segment.lowerBound, targets.lowerBound - window)
      let last = min(segment.upperBound, targets.upperBound) - window - horizon
      return first <= last ? Array(first...last) : []
    }
  }
}
