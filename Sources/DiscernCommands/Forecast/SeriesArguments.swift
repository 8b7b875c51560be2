import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernSystem

extension SeriesTable.MissingValues: ExpressibleByArgument {}

/// How a table of numbers is read.
struct SeriesArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Table with a row per time step, oldest first, and a column per quantity: CSV, TSV or similar, also "
        + "compressed; - for standard input; HDF5 if discern was built with it.",
      valueName: "file"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "Columns to read, separated by commas: names, or numbers if there is no header; for HDF5 the paths of "
        + "datasets. Default: all except the time column.", valueName: "names"))
  var columns: String?

  @Option(
    help: ArgumentHelp(
      "Time column: numbers, or dates such as 2024-12-31 or 2024-12-31 23:59:59. Windows across a gap are "
        + "left out. Default: the first column if it holds dates.", valueName: "name"))
  var timeColumn: String?

  @Option(
    help: "What to do with missing values: stop with an error, or leave out all windows that contain one.")
  var missing = SeriesTable.MissingValues.stop

  @Flag(help: "Ignore gaps between times, such as those between working days.")
  var ignoreGaps = false

  @Option(help: ArgumentHelp("Field separator. Default: detected.", valueName: "character"))
  var separator: String?

  @Flag(help: "Print only warnings and errors.")
  var quiet = false

  func validate() throws {
    if let separator, FieldSeparator(separator) == nil {
      throw ValidationError("--separator \(separator): expected \(FieldSeparator.expected)")
    }
    if let columns, Self.names(columns).isEmpty {
      throw ValidationError("--columns is empty; leave it out to read all columns")
    }
  }

  /// Names between commas.
  static func names(_ list: String) -> [String] {
    list.split(separator: ",").map { "\($0.trimmed())" }.filter { !$0.isEmpty }
  }

  /// Reads the table and says how it was understood.
  ///
  /// - Parameter names: the columns to be read, where the flag names none.
  func table(columns names: [String]? = nil) throws -> SeriesTable {
    var options = SeriesTable.Options()
    options.columns = columns.map(Self.names) ?? names
    options.timeColumn = timeColumn
    options.missing = missing
    options.ignoresGaps = ignoreGaps
    options.separator = separator.flatMap { FieldSeparator($0) }
    let table = try SeriesTable(path: data, options: options)
    if !quiet {
      let list = NearestName.list(table.names)
      Console.line(
        "\(data): \(table.rowCount.counted("row")) of \(table.names.count.counted("column")): \(list)"
          + (table.notes.isEmpty ? "" : "; " + table.notes.joined(separator: "; ")))
    }
    if table.seriesStarts.count > 1, !ignoreGaps {
      Console.warning(
        "\(data): empty lines separate \(table.seriesStarts.count.counted("series", "series")); windows do "
          + "not cross them (--ignore-gaps ignores them)")
    }
    if table.gapCount > 0 {
      Console.warning(
        "\(data): the times have \(table.gapCount.counted("gap")); windows do not cross them (--ignore-gaps "
          + "ignores them)")
    }
    if table.missingCount > 0 {
      Console.warning(
        "\(data): \(table.missingCount.counted("row")) with missing values; windows with them are left out")
    }
    return table
  }
}
