import DiscernIO
import DiscernSystem
import DiscernVocabulary

/// Reads a table of numbers in chronological order.
struct SeriesReader {
  private let path: String
  private let options: SeriesTable.Options
  private let reader: DelimitedReader
  private var notes: [String]
  /// Whether an empty line precedes the row that was read last.
  private var isAfterEmptyLine = false

  /// Opens the file and determines the form of the table from its beginning.
  init(path: String, options: SeriesTable.Options) throws(SeriesError) {
    self.path = path
    self.options = options
    do throws(CorpusError) {
      let file = try CorpusError.wrapping { () throws(InputError) in try InputFile(path: path) }
      if file.isArchive {
        throw .unsupported(
          path: path, format: .csv, reason: "it is an archive; unpack the table, or give it as one file")
      }
      let source = try CorpusError.wrapping { () throws(InputError) in
        try ByteSource(file, takesPages: false)
      }
      let decoded = DecodedBytes(encoding: nil, readsMark: true) { buffer throws(InputError) in
        try source.read(into: buffer)
      }
      let input = InputBuffer(path: path) { buffer throws(InputError) in try decoded.read(into: buffer) }
      try input.skipByteOrderMark()
      try input.recogniseLineEnds(isCSV: true)
      let form = try Self.form(input, path, options)
      for _ in 0..<form.preambleLines { _ = try input.takeLine() }
      input.quotingSeparator = form.hasQuotes ? form.separator.byte : nil
      reader = DelimitedReader(input, form)
      notes = form.notes
    } catch {
      throw .corpus(error)
    }
  }

  private static func form(
    _ input: InputBuffer, _ path: String, _ options: SeriesTable.Options
  ) throws(CorpusError) -> TableForm {
    var reading = CorpusOptions()
    reading.separator = options.separator
    let head = try input.peek(TableLayout.sampleBytes)
    let guess = TableGuess(
      path, head, isWhole: input.isAtEnd && head.count == input.count, named: FormatGuess.byName(path),
      options: reading)
    if let form = try guess.form() { return form }
    // A few rows do not show it, but the names of the columns do.
    if options.separator == nil, let names = options.columns {
      let first = head.prefix { $0 != 0x0A && $0 != 0x0D }
      let fitting = FieldSeparator.usual.first { separator in
        let fields = first.split(separator: separator.byte).map {
          String(decoding: $0, as: UTF8.self).trimmed().replacing("\"", with: "")
        }
        return fields.count > 1 && Set(fields).isSuperset(of: names)
      }
      if let fitting { return TableForm(separator: fitting) }
    }
    // A single column has no separator.
    return TableForm(separator: options.separator ?? .comma)
  }

  /// Fields that mark a missing value.
  private static let missingMarks: Set<String> = ["", "na", "n/a", "nan", "null", "?"]

  /// The columns that are read.
  private struct Columns {
    let allNames: [String]
    /// The indices of the columns that are read as numbers.
    let places: [Int]
    let time: (name: String, place: Int)?

    var fieldCount: Int { allNames.count }
    var names: [String] { places.map { allNames[$0] } }
  }

  mutating func table() throws(SeriesError) -> SeriesTable {
    var columns: Columns?
    var values: [Float] = []
    var times: [SeriesTime] = []
    var isMissing: Set<Int> = []
    var rowCount = 0
    var seriesStarts: [Int] = []
    while let row = try nextRow() {
      if columns == nil {
        // A row with a number in it is not a header; a bad field in it is reported as such.
        let isHeader =
          row.contains { !Self.missingMarks.contains($0.lowercased()) && SeriesTime($0) == nil }
          && !row.contains { SeriesTime($0)?.form == .number }
        columns = try self.columns(row, isHeader: isHeader)
        if isHeader { continue }
      }
      guard let own = columns else { continue }
      let place = SeriesPlace.line(path: path, reader.line)
      guard row.count == own.fieldCount else {
        throw .corpus(
          .badRow(
            RecordLocation(path: path, line: reader.line),
            .fieldCount(found: row.count, expected: own.fieldCount)))
      }
      if columns?.time == nil, rowCount == 0 { columns = withTime(own, row) }
      guard let own = columns else { continue }
      let isFirst = isAfterEmptyLine && rowCount > 0
      if isFirst { seriesStarts.append(rowCount) }
      if let time = own.time {
        let field = row[time.place]
        times.append(
          try SeriesTime.next(
            SeriesTime(field), field, after: times.last, isFirst: isFirst, time.name, place))
      }
      for column in own.places {
        let name = own.allNames[column]
        guard let value = try Self.number(row[column], name, place) else {
          if options.missing == .stop { throw .missing(place, column: name) }
          isMissing.insert(rowCount)
          values.append(0)
          continue
        }
        values.append(value)
      }
      rowCount += 1
    }
    guard let columns, rowCount > 0 else { throw .noRows(path: path) }
    return SeriesTable(
      path: path, names: columns.names, values: values, isMissing: isMissing, timeColumn: columns.time?.name,
      times: times, notes: notes, seriesStarts: seriesStarts, ignoresGaps: options.ignoresGaps)
  }

  /// The next row; nil at the end.
  private mutating func nextRow() throws(SeriesError) -> [String]? {
    isAfterEmptyLine = false
    do throws(CorpusError) {
      while true {
        switch try reader.next() {
        case .end: return nil
        case .blank: isAfterEmptyLine = true
        case .bad(let problem): throw .badRow(RecordLocation(path: path, line: reader.line), problem)
        case .row:
          var row: [String] = []
          for index in 0..<reader.fieldCount {
            guard let field = String(validating: reader.field(index), as: UTF8.self) else {
              throw .unsupported(
                path: path, format: .csv,
                reason: "line \(reader.line) is not UTF-8; convert the file, as iconv does")
            }
            row.append(String(field.trimmed()))
          }
          return row
        }
      }
    } catch {
      throw .corpus(error)
    }
  }

  /// The columns that are read, determined from the first row.
  private func columns(_ row: [String], isHeader: Bool) throws(SeriesError) -> Columns {
    let names = isHeader ? row : row.indices.map { "\($0 + 1)" }
    let known = ColumnNames(path: path, names: isHeader ? row : nil, count: row.count)
    func place(_ name: String) throws(SeriesError) -> Int {
      let selector = ColumnSelector(name)
      do throws(CorpusError) {
        if let place = try known.find(selector) { return place }
        throw .unknownColumn(path: path, name: name, available: known.available)
      } catch {
        throw .corpus(error)
      }
    }
    let time = try options.timeColumn.map { name throws(SeriesError) in try place(name) }
    var places: [Int] = []
    if let asked = options.columns {
      for name in asked {
        let own = try place(name)
        if places.contains(own) { throw .columnTwice(path: path, name: names[own]) }
        if own == time { throw .timeIsRead(path: path, name: name) }
        places.append(own)
      }
    } else {
      places = row.indices.filter { $0 != time }
      for (index, name) in names.enumerated() where names[..<index].contains(name) {
        throw .corpus(.repeatedColumn(path: path, name: name))
      }
    }
    if places.isEmpty { throw .noColumns(path: path, available: names) }
    return Columns(allNames: names, places: places, time: time.map { (names[$0], $0) })
  }

  /// The same with the first column as the time column, if it was not requested as numbers and holds a date.
  private mutating func withTime(_ columns: Columns, _ row: [String]) -> Columns {
    let isRead = columns.places.first == 0
    guard options.columns == nil ? isRead && columns.places.count > 1 : !columns.places.contains(0),
      let time = SeriesTime(row[0]), time.form != .number
    else { return columns }
    let name = columns.allNames[0]
    notes.append("times in “\(name)”")
    return Columns(
      allNames: columns.allNames, places: columns.places.filter { $0 != 0 }, time: (name, 0))
  }

  /// Whether a number has a digit other than 0 before its exponent.
  private static func isNotZero(_ field: String) -> Bool {
    field.utf8.prefix { $0 | 0x20 != 0x65 }.contains { (0x31...0x39).contains($0) }
  }

  /// Nil for a missing value.
  private static func number(
    _ field: String, _ name: String, _ place: SeriesPlace
  ) throws(SeriesError) -> Float? {
    var field = field
    let result = field.withUTF8 { DecimalFloat.parse($0) }
    switch result {
    case .value(let value):
      if value == 0, isNotZero(field) { throw .tooSmall(place, column: name, value: field) }
      return value
    case .overflow: throw .tooLarge(place, column: name, value: field)
    case .malformed:
      if missingMarks.contains(field.lowercased()) { return nil }
      throw .notANumber(place, column: name, value: field)
    }
  }
}
