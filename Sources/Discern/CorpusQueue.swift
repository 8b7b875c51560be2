import DiscernCorpus
import DiscernSystem

/// Reads the rows of a file on a separate thread and hands them over as they arrive, in windows of bounded
/// memory.
package final class CorpusQueue: Sendable {
  /// One row of input.
  package struct Row: Sendable {
    package let location: RecordLocation
    /// UTF-8; empty for an empty line.
    package let text: [UInt8]
    /// Why there is no text.
    package let problem: RowProblem?
    /// The values of the columns that are passed through.
    package let kept: [KeptValue?]
  }

  package enum Event: Sendable {
    /// An input was opened; its rows follow.
    case opened(ReadingReport.Input)
    case row(Row)
    /// The last event: all inputs, as detected in the end.
    case finished([ReadingReport.Input])
  }

  private let batcher = MicroBatcher<Event>()

  package init(path: String, options: CorpusOptions) {
    let batcher = batcher
    DetachedThread.start {
      do {
        try Self.read(path, options, batcher)
        batcher.finish()
      } catch {
        batcher.finish(error)
      }
    }
  }

  deinit { batcher.abandon() }

  /// The events that have arrived, at least one; nil at the end.
  ///
  /// - Throws: the error that reading threw, after all earlier rows were handed over.
  package func next() throws -> [Event]? { try batcher.next() }

  private static func read(
    _ path: String, _ options: CorpusOptions, _ batcher: MicroBatcher<Event>
  ) throws(CorpusError) {
    let reader = CorpusReader(try Corpus(paths: [path], options: options))
    var opened = 0
    func announce() {
      while opened < reader.inputCount {
        batcher.add(.opened(reader.report.inputs[opened]))
        opened += 1
      }
    }
    while let row = try row(of: reader) {
      announce()
      guard batcher.add(.row(row), bytes: row.text.count) else { return }
    }
    announce()
    batcher.add(.finished(reader.report.inputs))
  }

  private static func row(of reader: CorpusReader) throws(CorpusError) -> Row? {
    guard let step = try reader.nextStep() else { return nil }
    switch consume step {
    case .record(let record):
      return Row(location: record.location, text: Array(record.text), problem: nil, kept: reader.kept)
    case .blank(let location): return Row(location: location, text: [], problem: nil, kept: reader.kept)
    case .bad(let location, let problem):
      return Row(location: location, text: [], problem: problem, kept: reader.kept)
    }
  }
}
