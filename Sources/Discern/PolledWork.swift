import DiscernSystem

/// Work on another thread that can be asked to end, while the calling thread asks whether it should: a
/// question that only this thread may ask.
enum PolledWork {
  /// Runs `body` and gives its result. Cost: up to a hundredth of a second more than the body takes.
  ///
  /// - Parameter body: its argument may be called on any thread.
  static func run<Value>(
    _ isInterrupted: () -> Bool, _ body: @escaping (@escaping @Sendable () -> Bool) -> Value
  ) -> Value {
    let flag = InterruptionFlag()
    if isInterrupted() { flag.set() }
    let finished = DispatchSemaphore(value: 0)
    // Only the other thread touches them until it is done, which this one waits for.
    nonisolated(unsafe) let body = body
    nonisolated(unsafe) var result: Value?
    DispatchQueue.global(qos: .userInitiated).async {
      result = body { flag.isSet }
      finished.signal()
    }
    while finished.wait(timeout: .now() + .milliseconds(10)) == .timedOut {
      if isInterrupted() { flag.set() }
    }
    guard let result else { preconditionFailure("work that ended has a result") }
    return result
  }
}
