import Discern
import DiscernCorpus
import DiscernIO

extension CorpusArguments {
  /// Reads rows and passes them on as they arrive, reports the detected formats, and records rows that cannot
  /// be used.
  ///
  /// - Parameters:
  ///   - files: the inputs; empty: standard input.
  ///   - verb: the operation on rows, such as `classified`.
  ///   - answer: receives the rows that have arrived, in order.
  func read(
    _ files: [String], _ options: CorpusOptions, verb: String,
    answer: (_ rows: [CorpusQueue.Row]) throws -> Void
  ) throws -> LineFailures {
    var failures = LineFailures(verb: verb)
    for file in files.isEmpty ? ["-"] : files {
      let texts = CorpusQueue(path: file, options: options)
      while let events = try texts.next() {
        for case .opened(let input) in events { announce(input) }
        let rows = events.compactMap { if case .row(let row) = $0 { row } else { nil } }
        for row in rows { if let problem = row.problem { failures.add(row.location, problem) } }
        try answer(rows)
        for case .finished(let inputs) in events { for input in inputs { conclude(input) } }
      }
    }
    return failures
  }

  /// Ends a command that could not process some rows, unless they are to be skipped.
  func requireNone(_ failures: LineFailures) throws {
    if failures.count > 0, onError == .stop { throw ExitStatus.badData }
  }
}
