import CDiscernFiles
import Dispatch

/// Detached threads.
package enum DetachedThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// In bytes: the size of a main thread's stack.
  private static let stackSize = 8 << 20

  /// Runs `body` on a new thread. If the system has no more threads, a program that has said how ends
  /// (`ResourceShortage`); others continue on a thread of Dispatch, which may wait for one forever.
  package static func start(_ body: @escaping @Sendable () -> Void) {
    let code = tryStart(body)
    if code != 0 {
      guard ResourceShortage.hasHandler else { return DispatchQueue.global().async(execute: body) }
      ResourceShortage.end(
        "no further thread can be started: \(String(cString: strerror(code))); raise the limit (ulimit -u, "
          + "ulimit -v)")
    }
  }

  /// - Returns: 0, or the reason why there is no thread, as an `errno`.
  package static func tryStart(_ body: @escaping @Sendable () -> Void) -> Int32 {
    let work = Unmanaged.passRetained(Work(body))
    let code = discern_start_thread(
      stackSize, { Unmanaged<Work>.fromOpaque($0).takeRetainedValue().body() }, work.toOpaque())
    if code != 0 { work.release() }
    return code
  }
}
