import DiscernSystem
import Synchronization

/// Counts the forks between the process that first used this and the current one; a child process has none of
/// its parent's threads.
enum ForkCount {
  private static let count = Atomic(0)

  private static let isWatching: Bool = {
    // Initialised here: the first use in a child may be too late to count its fork.
    count.store(0, ordering: .relaxed)
    return pthread_atfork(nil, nil, { ForkCount.count.wrappingAdd(1, ordering: .relaxed) }) == 0
  }()

  /// Costs one load, where the process's id would cost a system call.
  static var current: Int {
    _ = isWatching
    return count.load(ordering: .relaxed)
  }
}
