/// Records of a CSV or TSV.
final class TableStream: RecordStream {
  private let reader: DelimitedReader
  private let layout: TableLayout
  private let path: String
  private var hasPassedHeader: Bool

  init(_ input: InputBuffer, isCSV: Bool, layout: TableLayout) {
    reader = DelimitedReader(input, isCSV: isCSV)
    self.layout = layout
    path = input.path
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
        return .record(
          RawRecord(
            text: reader.field(layout.text), labels: layout.labels.map { reader.field($0) },
            weight: layout.weight.map { reader.field($0) }, path: path, line: reader.line))
      }
    }
  }
}
