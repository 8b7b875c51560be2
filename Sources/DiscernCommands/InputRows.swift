import Discern
import DiscernCorpus
import DiscernIO

extension CorpusArguments {
  /// Reads rows and has them answered as they arrive, reports the recognised formats, and records rows that
  /// cannot be used.
  ///
  /// - Parameters:
  ///   - files: standard input where there are none.
  ///   - verb: the operation on rows, such as `classified`.
  ///   - answer: gets those that have arrived, in their order.
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

  /// Ends a command that could not answer some rows, unless they are to be skipped.
  func requireNone(_ failures: LineFailures) throws {
    if failures.count > 0, onError == .stop { throw ExitStatus.badData }
  }
}
