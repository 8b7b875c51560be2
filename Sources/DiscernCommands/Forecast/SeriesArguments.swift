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
      valueName: "file"), completion: .file())
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

  @Flag(name: .shortAndLong, help: "Print only warnings and errors.")
  var quiet = false

  func validate() throws {
    if let separator, FieldSeparator(separator) == nil {
      throw ValidationError("--separator \(separator): expected \(FieldSeparator.expected)")
    }
    if let columns { _ = try Self.names(columns, "columns", without: "read all columns") }
    if data.isEmpty { throw ValidationError("--data is empty; give a file, or - for standard input") }
    if let timeColumn, timeColumn.trimmed().isEmpty {
      throw ValidationError("--time-column is empty; leave it out if the table has no times")
    }
  }

  /// Names separated by commas.
  ///
  /// - Throws: `ValidationError` for an empty name.
  static func names(_ list: String, _ flag: String, without: String) throws -> [String] {
    let names = list.split(separator: ",", omittingEmptySubsequences: false).map { "\($0.trimmed())" }
    if names.allSatisfy(\.isEmpty) {
      throw ValidationError("--\(flag) names no column; leave it out to \(without)")
    }
    if names.contains("") {
      throw ValidationError("--\(flag) \(list): a name before or after a comma is missing")
    }
    return names
  }

  /// Reads the table and reports how it was read.
  ///
  /// - Parameter names: the columns to read if the flag names none.
  func table(columns names: [String]? = nil) throws -> SeriesTable {
    var options = SeriesTable.Options()
    options.columns = try columns.map { try Self.names($0, "columns", without: "read all columns") } ?? names
    options.timeColumn = timeColumn
    options.missing = missing
    options.ignoresGaps = ignoreGaps
    options.separator = separator.flatMap { FieldSeparator($0) }
    let table = try SeriesTable(path: data, options: options)
    if let columns, let missing = names?.first(where: { !table.names.contains($0) }) {
      throw ValidationError(
        "--columns \(columns): the model reads “\(DisplayText.escaped(missing))” too; leave --columns out to "
          + "read the model's columns")
    }
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
