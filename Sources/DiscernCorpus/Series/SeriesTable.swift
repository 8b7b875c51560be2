import DiscernIO
import DiscernSystem
import DiscernVocabulary

/// A table of numbers in the order of time: one row for each time, one column for each quantity.
public struct SeriesTable: Sendable {
  /// What becomes of rows without a value.
  public enum MissingValues: String, Sendable, CaseIterable {
    /// An error that names the row.
    case stop
    /// No window holds such a row.
    case skip
  }

  /// Which columns are read, and how.
  public struct Options: Sendable {
    /// By name; nil: all, without that of times.
    public var columns: [String]?
    /// The column of times; nil: the first one where it is no number and the others are, or none.
    public var timeColumn: String?
    /// How missing values are handled.
    public var missing = MissingValues.stop
    /// Whether rows are taken as they come, also where times are not equally far apart, as of working days.
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
  /// [rows, columns] row-major; 0 where there is no value.
  public let values: [Float]
  /// The column of times; nil without one.
  public let timeColumn: String?
  /// [rows], empty without a column of times.
  public let times: [SeriesTime]
  /// How far most times are apart; nil without them.
  public let step: SeriesStep?
  /// The first row of each series: 0, and those after an empty line.
  public let seriesStarts: [Int]
  /// Rows of one series that follow one another without a gap and with all values; each window is within one
  /// of them.
  public let segments: [Range<Int>]
  /// How often times are further apart, or nearer, than most.
  public let gapCount: Int
  /// Rows without a value in some column.
  public let missingCount: Int
  /// What was detected automatically, for messages.
  public let notes: [String]

  /// Whether unequal time steps do not count as gaps.
  private let ignoresGaps: Bool
  /// Whether names are paths, which may have a slash before them.
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
  /// With the trait `HDF5` also datasets of an HDF5 file, which is known by its first bytes: a column is
  /// named by its dataset's path (`group/load`), one of a dataset of rows by columns also by its number from
  /// 1 (`group/table/3`).
  ///
  /// - Throws: `SeriesError` naming the file, the line or row, and the remedy.
  public init(path: String, options: Options = Options()) throws(SeriesError) {
    try self.init(path: path, options: options, memory: SystemMemory.limit())
  }

  /// - Parameter memory: more than that is not taken for datasets.
  package init(path: String, options: Options, memory: SystemMemory.Limit) throws(SeriesError) {
    var reader: SeriesReader
    do throws(SeriesError) { reader = try SeriesReader(path: path, options: options) } catch {
      guard case .corpus(.input(.otherKind(_, .hdf5))) = error else { throw error }
      self = try HDF5Series.table(path: path, options: options, memory: memory)
      return
    }
    self = try reader.table()
  }

  /// The name as the table has it, of one as it may be given.
  package func ownName(_ name: String) -> String {
    namesArePaths ? String(name.drop { $0 == "/" }) : name
  }

  /// A value.
  public func value(row: Int, column: Int) -> Float { values[row * names.count + column] }

  /// Whether there is such a row and no column of it lacks a value.
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

  /// Windows by their first rows, without those that cross a gap or touch a row without a value.
  ///
  /// - Parameters:
  ///   - window: rows that are read.
  ///   - horizon: rows that follow them.
  ///   - targets: the rows among which all that follow must lie; a window itself may begin before them.
  package func windows(_ window: Int, horizon: Int, targets: Range<Int>) -> [Int] {
    segments.flatMap { segment in
      let first = max(segment.lowerBound, targets.lowerBound - window)
      let last = min(segment.upperBound, targets.upperBound) - window - horizon
      return first <= last ? Array(first...last) : []
    }
  }
}
