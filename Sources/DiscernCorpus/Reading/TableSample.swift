/// The first rows of a table, divided according to a form.
struct TableSample {
  private(set) var rows: [[String]] = []
  /// For each field of `rows`, whether it was in quotes.
  private(set) var quoted: [[Bool]] = []
  /// The number of rows that the form cannot divide.
  private(set) var badRows = 0

  /// - Parameters:
  ///   - bytes: the beginning of a table, after its preamble.
  ///   - isWhole: whether nothing follows; otherwise a row that is cut off is ignored.
  init(
    _ path: String, _ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool, form: TableForm, limit: Int
  ) throws(CorpusError) {
    let copy = InputBuffer(path: path, copying: bytes)
    let reader = DelimitedReader(copy, form)
    reading: while rows.count < limit {
      let step = try reader.next()
      if !isWhole {
        if copy.count == 0, bytes.last != 0x0A { break }
        if case .bad(.unclosedQuote) = step { break }
      }
      switch step {
      case .row:
        rows.append((0..<reader.fieldCount).map { String(decoding: reader.field($0), as: UTF8.self) })
        quoted.append((0..<reader.fieldCount).map(reader.isQuoted))
      case .blank: continue
      // Not kept: all rows are compared with the first one, which must be good. Reading will report the same
      // problem.
      case .bad: badRows += 1
      case .end: break reading
      }
    }
  }

  /// The number of fields of the first row.
  var width: Int { rows.first?.count ?? 0 }

  /// The share of the rows that have as many fields as the first one.
  var consistency: Double {
    rows.isEmpty ? 0 : Double(rows.count { $0.count == width }) / Double(rows.count + badRows)
  }

  /// Whether the first row has a usual name for a text and one for a label.
  var namesTextAndLabel: Bool {
    guard width > 1, let cells = rows.first?.map(UsualNames.normalised) else { return false }
    return cells.contains(where: UsualNames.text.contains) && cells.contains(where: UsualNames.label.contains)
  }

  /// Whether quotes are only syntax: in each column, either every field is quoted or none contains a quote,
  /// and at least one column is quoted. The first row does not count if there are others.
  var isQuotedThroughout: Bool {
    guard badRows == 0, width > 1, consistency == 1 else { return false }
    let below = rows.count > 1 ? 1..<rows.count : 0..<1
    var isAnyQuoted = false
    for column in 0..<width {
      if below.allSatisfy({ quoted[$0][column] }) {
        isAnyQuoted = true
      } else if below.contains(where: { quoted[$0][column] || rows[$0][column].utf8.contains(0x22) }) {
        return false
      }
    }
    return isAnyQuoted
  }

  /// Whether fields are quoted only where their content requires it, as pandas writes them: all quoted fields
  /// contain a quote, a tab or a line break. A text that merely begins with a quote does not.
  var isQuotedWhereNeeded: Bool {
    guard badRows == 0, width > 1, consistency == 1 else { return false }
    var isAnyQuoted = false
    for (row, flags) in zip(rows, quoted) {
      for (field, isQuoted) in zip(row, flags) where isQuoted {
        guard field.utf8.contains(where: { $0 == 0x22 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) else {
          return false
        }
        isAnyQuoted = true
      }
    }
    return isAnyQuoted
  }

  /// Whether the rows look like a table of texts and labels without names: one column repeats its values,
  /// another does not.
  var hasRepeatingColumn: Bool {
    guard rows.count >= 4, width > 1, consistency == 1 else { return false }
    let distinct = (0..<width).map { column in Set(rows.map { $0[column] }).count }
    return distinct.contains { $0 * 2 <= rows.count } && distinct.contains { $0 * 2 > rows.count }
  }
}
