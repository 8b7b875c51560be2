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

  /// Runs `body` on a new thread, or on one of Dispatch's if the system has no more threads.
  package static func start(_ body: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(Work(body))
    let code = discern_start_thread(
      stackSize, { Unmanaged<Work>.fromOpaque($0).takeRetainedValue().body() }, work.toOpaque())
    if code != 0 {
      work.release()
      DispatchQueue.global().async(execute: body)
    }
  }
}
