import DiscernSystem

/// Runs work on another thread while the calling thread polls for interruption, a check that only the calling
/// thread may make.
enum PolledWork {
  /// Runs `body` and returns its result. Cost: up to a hundredth of a second in addition to that of `body`.
  ///
  /// - Parameter body: its argument may be called on any thread.
  static func run<Value>(
    _ isInterrupted: () -> Bool, _ body: @escaping (@escaping @Sendable () -> Bool) -> Value
  ) -> Value {
    let flag = InterruptionFlag()
    if isInterrupted() { flag.set() }
    let finished = DispatchSemaphore(value: 0)
    // Only the other thread uses these until it has finished, and this thread waits for it.
    nonisolated(unsafe) let body = body
    nonisolated(unsafe) var result: Value?
    DetachedThread.start {
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
