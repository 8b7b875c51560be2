import DiscernIO

/// The errors of a table of numbers in chronological order.
public enum SeriesError: Equatable, KnownFailure {
  /// The file cannot be read, or is not a table.
  case corpus(CorpusError)
  /// An HDF5 file cannot be read as a series.
  case hdf5(HDF5Error)
  /// The table has no row of numbers.
  case noRows(path: String)
  /// A field is not a number.
  case notANumber(SeriesPlace, column: String, value: String)
  /// A column is selected twice.
  case columnTwice(path: String, name: String)
  /// A number exceeds the largest float of 32 bits.
  case tooLarge(SeriesPlace, column: String, value: String)
  /// A number other than 0 would become 0 as a float of 32 bits.
  case tooSmall(SeriesPlace, column: String, value: String)
  /// The table would exceed the limit of memory.
  case memory(MemoryShortage)
  /// A field is empty, or marked as missing.
  case missing(SeriesPlace, column: String)
  /// A time cannot be read.
  case badTime(SeriesPlace, column: String, value: String)
  /// A time is not later than that of the previous row.
  case timeNotAscending(SeriesPlace, column: String, value: String, before: String)
  /// The time column is also requested as a column of numbers.
  case timeIsRead(path: String, name: String)
  /// No column of numbers is left.
  case noColumns(path: String, available: [String])

  public var kind: ErrorKind {
    switch self {
    case .corpus(let error): error.kind
    case .hdf5(let error): error.kind
    case .memory: .outOfMemory
    case .noColumns, .timeIsRead, .columnTwice: .usage
    default: .badInput
    }
  }

  public var description: String {
    switch self {
    case .corpus(let error): return error.description
    case .hdf5(let error): return error.description
    case .noRows(let path): return "\(path): contains no rows of numbers"
    case .notANumber(let location, let column, let value):
      return "\(location): “\(DisplayText.escaped(value))” in “\(column)” is not a number; select columns "
        + "with --columns, and the time column with --time-column"
    case .tooLarge(let location, let column, let value):
      return "\(location): “\(DisplayText.escaped(value))” in “\(column)” exceeds 3.4e38, the most that is "
        + "kept; divide the column by a constant, as a larger unit does, or leave it out (--columns)"
    case .tooSmall(let location, let column, let value):
      return "\(location): “\(DisplayText.escaped(value))” in “\(column)” is nearer to 0 than 7e-46, and "
        + "would become 0; multiply the column by a constant, as a smaller unit does, write 0, or leave the "
        + "column out (--columns)"
    case .columnTwice(let path, let name):
      return "\(path): --columns selects “\(name)” twice; leave one of them out"
    case .memory(let shortage): return shortage.description
    case .missing(let location, let column):
      return "\(location): missing value in “\(column)”; --missing skip leaves out windows with such rows"
    case .badTime(let location, let column, let value):
      return "\(location): “\(DisplayText.escaped(value))” in “\(column)” is not a time; expected a number "
        + "or a date such as 2024-12-31, 2024-12-31 23:59 or 2024-12-31T23:59:59Z"
    case .timeNotAscending(let location, let column, let value, let before):
      return "\(location): “\(value)” in “\(column)” is not later than “\(before)” in the row before; sort "
        + "the rows by time, without repeated times, or, where another series begins, put an empty line "
        + "before it"
    case .timeIsRead(let path, let name):
      return "\(path): “\(name)” is both the time column (--time-column) and a column of numbers "
        + "(--columns); remove it from one of them"
    case .noColumns(let path, let available):
      return "\(path): no column of numbers is left; there are \(NearestName.list(available))"
    }
  }
}
