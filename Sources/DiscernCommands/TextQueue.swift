import DiscernCorpus
import Foundation
import Synchronization

/// Reads texts on a thread of its own and hands over what has arrived: a single line when they come
/// slowly, a full window when they come fast. Memory is bounded by the window.
final class TextQueue {
  /// One line of input.
  struct Item: Sendable {
    let location: RecordLocation
    /// UTF-8; empty for a line with nothing in it.
    let text: [UInt8]
    /// Why there is no text.
    let problem: RowProblem?
    /// The values of the columns that go along.
    let kept: [KeptValue?]
  }

  struct Window: Sendable {
    var items: [Item] = []
    /// Inputs that were opened since the last window.
    var opened: [ReadingReport.Input] = []
    /// With the last window: all inputs as they were found to be in the end.
    var finished: [ReadingReport.Input] = []

    var isEmpty: Bool { items.isEmpty && opened.isEmpty && finished.isEmpty }
  }

  private final class State: Sendable {
    struct Waiting {
      var window = Window()
      var bytes = 0
      var inputs = 0
      var isAtEnd = false
      var isAbandoned = false
      var failure: (any Error)?

      var isFull: Bool { window.items.count >= windowItems || bytes >= windowBytes }
    }
    let waiting = Mutex(Waiting())
    let arrived = DispatchSemaphore(value: 0)
    let room = DispatchSemaphore(value: 0)
  }

  private static let windowItems = 2048
  private static let windowBytes = 4 << 20

  private let state = State()

  init(path: String, options: CorpusOptions) {
    let state = state
    Thread.detachNewThread {
      var failure: (any Error)?
      do {
        let reader = CorpusReader(try Corpus(paths: [path], options: options))
        while let item = try Self.next(of: reader) {
          guard Self.hand(item, of: reader, to: state) else { return }
        }
        let inputs = reader.report.inputs
        state.waiting.withLock {
          Self.announce(reader, in: &$0)
          $0.window.finished = inputs
        }
      } catch { failure = error }
      state.waiting.withLock {
        $0.isAtEnd = true
        $0.failure = failure
      }
      state.arrived.signal()
    }
  }

  deinit {
    state.waiting.withLock { $0.isAbandoned = true }
    state.room.signal()
  }

  private static func next(of reader: CorpusReader) throws(CorpusError) -> Item? {
    guard let step = try reader.nextStep() else { return nil }
    switch consume step {
    case .record(let record):
      return Item(location: record.location, text: Array(record.text), problem: nil, kept: reader.kept)
    case .blank(let location): return Item(location: location, text: [], problem: nil, kept: reader.kept)
    case .bad(let location, let problem):
      return Item(location: location, text: [], problem: problem, kept: reader.kept)
    }
  }

  /// Waits while the window is full. False when nothing more is wanted.
  private static func hand(_ item: Item, of reader: CorpusReader, to state: State) -> Bool {
    let isFull = state.waiting.withLock { waiting in
      announce(reader, in: &waiting)
      waiting.window.items.append(item)
      waiting.bytes += item.text.count
      return waiting.isFull
    }
    state.arrived.signal()
    guard isFull else { return true }
    state.room.wait()
    return !state.waiting.withLock { $0.isAbandoned }
  }

  private static func announce(_ reader: CorpusReader, in waiting: inout State.Waiting) {
    guard waiting.inputs < reader.inputCount else { return }
    waiting.window.opened += reader.report.inputs[waiting.inputs...]
    waiting.inputs = reader.inputCount
  }

  /// What has arrived, at least one item or input; `nil` at the end.
  ///
  /// - Throws: what reading threw, after all texts before it were handed over.
  func next() throws -> Window? {
    while true {
      state.arrived.wait()
      // One window may take the items of several signals; the later ones find nothing.
      let (window, isAtEnd, failure) = state.waiting.withLock {
        waiting -> (Window, Bool, (any Error)?) in
        let window = waiting.window
        if waiting.isFull { state.room.signal() }
        waiting.window = Window()
        waiting.bytes = 0
        return (window, waiting.isAtEnd, waiting.failure)
      }
      if !window.isEmpty {
        // The end is looked at once more.
        if isAtEnd { state.arrived.signal() }
        return window
      }
      if let failure { throw failure }
      if isAtEnd { return nil }
    }
  }
}
