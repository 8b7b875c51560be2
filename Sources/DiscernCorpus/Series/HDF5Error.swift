import DiscernIO

/// The reason why an HDF5 file cannot be read as a series.
public enum HDF5Error: Equatable, KnownFailure {
  /// The program was built without HDF5.
  case notBuilt(path: String)
  /// The file is a stream, or compressed.
  case notPlain(path: String)
  /// libhdf5 reported an error; the dataset is nil if it concerns the file.
  case unreadable(path: String, dataset: String?, reason: String)
  /// There is no dataset in the file.
  case empty(path: String)
  /// There are more datasets and groups than the limit.
  case tooMany(path: String, limit: Int)
  /// Groups are nested too deeply, or a path is too long.
  case tooDeep(path: String, name: String, groups: Int, bytes: Int)
  /// There is no such dataset.
  case unknown(path: String, name: String, available: [String])
  /// The dataset has no column with this number, counted from 1.
  case columnOutOfRange(path: String, dataset: String, number: Int, count: Int)
  /// The dataset has the wrong number of axes.
  case rank(path: String, dataset: String, rank: Int, isTime: Bool)
  /// There are more columns than a table can have.
  case tooWide(path: String, dataset: String, columns: Int, limit: Int)
  /// With this dataset there are more columns than a table can have.
  case tooManyColumns(path: String, dataset: String, limit: Int)
  /// Its elements are not numbers or, for a time column, not times.
  case kind(path: String, dataset: String, found: String, isTime: Bool)
  /// Two datasets have different numbers of rows.
  case lengths(path: String, dataset: String, rows: Int, other: String, otherRows: Int)
  /// Some of its values were never written.
  case unwritten(path: String, dataset: String)
  /// A link leads to another file.
  case outerLink(path: String, name: String, file: String, target: String)
  /// A link leads to nothing that can be read in the file.
  case deadLink(path: String, name: String, target: String)
  /// Its values are in another file.
  case elsewhere(path: String, dataset: String)
  /// It is compressed with an unknown filter.
  case filter(path: String, dataset: String, name: String)
  /// It claims to have more bytes than the file can hold.
  case claim(path: String, dataset: String, bytes: Int, fileBytes: Int)
  /// This dataset and those before it together claim to have more bytes than the file can hold.
  case claims(path: String, dataset: String, others: Int, bytes: Int, fileBytes: Int)
  /// A field separator was given, but there are no fields.
  case separator(path: String)

  public var kind: ErrorKind {
    switch self {
    case .notBuilt, .separator: .usage
    default: .badInput
    }
  }

  public var description: String {
    switch self {
    case .notBuilt(let path):
      return "\(path): is an HDF5 file, and this discern was built without HDF5; install it (apt-get install "
        + "libhdf5-dev) and build with it: swift build -c release --product discern --traits HDF5; or export "
        + "the file as CSV"
    case .notPlain(let path):
      return "\(path == "-" ? "standard input" : path): HDF5 can only be read from a plain file; unpack it, "
        + "or write it to a file and name that"
    case .unreadable(let path, let dataset, let reason):
      return "\(path): \(dataset.map { "“\(DisplayText.escaped($0))” " } ?? "")cannot be read: damaged, "
        + "truncated, or of a later version than this libhdf5 supports (\(DisplayText.escaped(reason))); "
        + "inspect it with h5dump; write the file again, in h5py with libver=\"earliest\""
    case .empty(let path): return "\(path): contains no dataset"
    case .tooMany(let path, let limit):
      return "\(path): has more than \(limit) groups and datasets; copy the needed ones to another file "
        + "(h5copy)"
    case .tooDeep(let path, let name, let groups, let bytes):
      return "\(path): has more than \(groups) groups in one another, or a path of more than \(bytes) bytes "
        + "(\(NearestName.list([name]))); copy the needed datasets to another file (h5copy)"
    case .unknown(let path, let name, let available):
      return "\(path): no dataset is named “\(DisplayText.escaped(name))”"
        + NearestName.hint(for: name, among: available)
    case .columnOutOfRange(let path, let dataset, let number, let count):
      return "\(path): “\(DisplayText.escaped(dataset))” has \(count.counted("column")), none with the "
        + "number \(number)"
    case .rank(let path, let dataset, let rank, let isTime):
      return "\(path): “\(DisplayText.escaped(dataset))” has \(rank.counted("axis", "axes")), expected "
        + (isTime
          ? "one (a time for each row)"
          : "one (a column), or two (rows and columns); select datasets with --columns")
    case .tooWide(let path, let dataset, let columns, let limit):
      return
        "\(path): “\(DisplayText.escaped(dataset))” has \(columns) columns, but at most \(limit) are "
        + "supported; rows must be time steps: if each row is a series, transpose the table"
    case .tooManyColumns(let path, let dataset, let limit):
      return "\(path): with “\(DisplayText.escaped(dataset))” there are more than \(limit) columns, which is "
        + "the limit; select datasets with --columns"
    case .kind(let path, let dataset, let found, let isTime):
      return "\(path): “\(DisplayText.escaped(dataset))” holds \(found), expected "
        + (isTime
          ? "numbers, or dates as strings of a fixed size of at most 64 bytes (in h5py dtype=\"S19\")"
          : "integers or floating-point numbers of at most 64 bits; select datasets with --columns, and the "
            + "time column with --time-column")
    case .lengths(let path, let dataset, let rows, let other, let otherRows):
      return "\(path): “\(DisplayText.escaped(dataset))” has \(rows.counted("row")), but "
        + "“\(DisplayText.escaped(other))” has \(otherRows); select datasets of equal length with --columns"
    case .unwritten(let path, let dataset):
      return "\(path): some values of “\(DisplayText.escaped(dataset))” were never written; write them, NaN "
        + "where there are none, or make the dataset shorter"
    case .outerLink(let path, let name, let file, let target):
      let place = file.isEmpty ? "" : " (“\(DisplayText.escaped(target))” in \(DisplayText.escaped(file)))"
      return "\(path): “\(DisplayText.escaped(name))” is a link to another file\(place), which is not read; "
        + "copy that into this one (h5copy -f ext), or leave the link out (--columns names the datasets that "
        + "are read)"
    case .deadLink(let path, let name, let target):
      return "\(path): “\(DisplayText.escaped(name))” is a link to “\(DisplayText.escaped(target))”, and "
        + "nothing is there that can be read in this file; remove the link, or leave it out (--columns names "
        + "the datasets that are read)"
    case .elsewhere(let path, let dataset):
      return "\(path): the values of “\(DisplayText.escaped(dataset))” are in another file; copy them into "
        + "this one (h5repack)"
    case .filter(let path, let dataset, let name):
      return "\(path): “\(DisplayText.escaped(dataset))” is compressed with “\(DisplayText.escaped(name))”, "
        + "which this libhdf5 does not support; compress it again with h5repack -f GZIP=4 where the plugin "
        + "is installed, or set HDF5_PLUGIN_PATH"
    case .claim(let path, let dataset, let bytes, let fileBytes):
      return
        "\(path): “\(DisplayText.escaped(dataset))” claims to have \(bytes) bytes, more than a file of "
        + "\(fileBytes) can plausibly hold; it is damaged or extremely compressed: write it again without "
        + "compression"
    case .claims(let path, let dataset, let others, let bytes, let fileBytes):
      return
        "\(path): “\(DisplayText.escaped(dataset))” and \(others.counted("other dataset")) claim to have "
        + "\(bytes) bytes together, more than a file of \(fileBytes) can plausibly hold; it is damaged or "
        + "extremely compressed: read fewer datasets (--columns), or write them again without compression"
    case .separator(let path):
      return "\(path): is an HDF5 file, which has no --separator; leave it out"
    }
  }
}
