import DiscernCorpus
import Foundation
import Synchronization

/// Reads texts on a thread of its own and hands over what has arrived: a single line when they come
/// slowly, a full window when they come fast. Memory is bounded by the window.
final class TextQueue {
  struct Window {
    var texts: [[UInt8]] = []
    /// Nothing more has arrived yet: what is known should be shown.
    var isLastForNow = true
  }

  private final class State: Sendable {
    struct Waiting {
      var texts: [[UInt8]] = []
      var bytes = 0
      var isAtEnd = false
      var isAbandoned = false
      var failure: (any Error)?
      var report: ReadingReport?
    }
    let waiting = Mutex(Waiting())
    let arrived = DispatchSemaphore(value: 0)
    let room = DispatchSemaphore(value: 0)
  }

  private struct Abandoned: Error {}

  private static let windowTexts = 2048
  private static let windowBytes = 4 << 20

  private let state = State()

  init(path: String, options: CorpusOptions) {
    let state = state
    Thread.detachNewThread {
      var report: ReadingReport?
      var failure: (any Error)?
      do {
        report = try Corpus(paths: [path], options: options).read { record in
          let text = Array(record.text)
          let isFull = state.waiting.withLock { waiting in
            waiting.texts.append(text)
            waiting.bytes += text.count
            return waiting.texts.count >= Self.windowTexts || waiting.bytes >= Self.windowBytes
          }
          state.arrived.signal()
          if isFull {
            state.room.wait()
            if state.waiting.withLock({ $0.isAbandoned }) { throw Abandoned() }
          }
        }
      } catch { failure = error }
      state.waiting.withLock {
        $0.isAtEnd = true
        $0.failure = failure
        $0.report = report
      }
      state.arrived.signal()
    }
  }

  deinit {
    state.waiting.withLock { $0.isAbandoned = true }
    state.room.signal()
  }

  /// What reading met, after the end.
  private(set) var report: ReadingReport?

  /// The texts that have arrived, at least one; `nil` at the end.
  ///
  /// - Throws: what reading threw, after all texts before it were handed over.
  func next() throws -> Window? {
    while true {
      state.arrived.wait()
      // Several signals may stand for texts that one window took; those find nothing.
      let (window, isAtEnd, failure) = state.waiting.withLock {
        waiting -> (Window, Bool, (any Error)?) in
        let window = Window(texts: waiting.texts)
        let wasFull = waiting.texts.count >= Self.windowTexts || waiting.bytes >= Self.windowBytes
        waiting.texts = []
        waiting.bytes = 0
        if wasFull { state.room.signal() }
        report = waiting.report
        return (window, waiting.isAtEnd, waiting.failure)
      }
      if !window.texts.isEmpty {
        // The end is looked at once more.
        if isAtEnd { state.arrived.signal() }
        return window
      }
      if let failure { throw failure }
      if isAtEnd { return nil }
    }
  }
}
