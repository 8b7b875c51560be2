/// Records of a table.
final class TableStream: RecordStream {
  private let reader: DelimitedReader
  private let layout: TableLayout
  private let path: String
  private let header: [[UInt8]]
  private var hasPassedHeader: Bool

  init(_ input: InputBuffer, layout: TableLayout) {
    reader = DelimitedReader(input, layout.form)
    self.layout = layout
    path = input.path
    header = layout.hasHeader ? layout.names.map { Array($0.utf8) } : []
    hasPassedHeader = !layout.hasHeader
  }

  func next() throws(CorpusError) -> StreamStep {
    while true {
      switch try reader.next() {
      case .end: return .end
      case .blank: return .blank
      case .bad(let problem):
        return .bad(RecordLocation(path: path, line: reader.line), problem)
      case .row:
        guard hasPassedHeader else {
          hasPassedHeader = true
          continue
        }
        guard reader.fieldCount == layout.fieldCount else {
          return .bad(
            RecordLocation(path: path, line: reader.line),
            .fieldCount(found: reader.fieldCount, expected: layout.fieldCount))
        }
        if repeatsHeader { return .bad(RecordLocation(path: path, line: reader.line), .repeatedHeader) }
        var kept: [KeptValue?] = []
        for column in layout.kept {
          guard let value = String(validating: reader.field(column), as: UTF8.self) else {
            return .bad(
              RecordLocation(path: path, line: reader.line), .keptNotUTF8(column: layout.names[column]))
          }
          kept.append(KeptValue(value))
        }
        return .record(
          RawRecord(
            text: reader.field(layout.text), labels: layout.labels.map { reader.field($0) },
            weight: layout.weight.map { reader.field($0) }, group: layout.group.map { reader.field($0) },
            path: path, line: reader.line, kept: kept))
      }
    }
  }

  /// Whether the row repeats the header, as in concatenated files.
  private var repeatsHeader: Bool {
    if header.isEmpty || reader.field(layout.text).count != header[layout.text].count { return false }
    return header.indices.allSatisfy { reader.field($0).elementsEqual(header[$0]) }
  }
}
