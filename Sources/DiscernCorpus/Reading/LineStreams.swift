/// Plain lines: texts without labels. An empty line is an empty text.
final class PlainLineStream: RecordStream {
  private let input: InputBuffer

  init(_ input: InputBuffer) { self.input = input }

  func next() throws(CorpusError) -> StreamStep {
    let number = input.line
    guard let line = try input.takeLine() else { return .end }
    return .record(RawRecord(text: line, labels: [], path: input.path, line: number))
  }
}
