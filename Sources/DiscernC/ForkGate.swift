import DiscernSystem
import Synchronization

/// Makes a fork wait until no thread is inside the library: a lock that another thread held at that moment
/// would never be released in the child.
package enum ForkGate {
  private static let inside = Atomic(0)
  private static let forking = Atomic(0)

  private static let isWatching: Bool = {
    // Initialised here: fork handlers must not allocate.
    inside.store(0, ordering: .relaxed)
    forking.store(0, ordering: .relaxed)
    return pthread_atfork(
      {
        ForkGate.forking.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while ForkGate.inside.load(ordering: .sequentiallyConsistent) != 0 { usleep(50) }
      },
      { ForkGate.forking.wrappingSubtract(1, ordering: .sequentiallyConsistent) },
      {
        // Threads that were waiting at the gate do not exist here.
        ForkGate.inside.store(0, ordering: .sequentiallyConsistent)
        ForkGate.forking.store(0, ordering: .sequentiallyConsistent)
      }) == 0
  }()

  /// Runs `body`, which must not pass the gate again; a fork waits for its end.
  package static func pass<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure)
    -> Value
  {
    _ = isWatching
    while true {
      inside.wrappingAdd(1, ordering: .sequentiallyConsistent)
      if forking.load(ordering: .sequentiallyConsistent) == 0 { break }
      inside.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      usleep(50)
    }
    defer { inside.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
    return try body()
  }
}
