import DiscernSystem
import Synchronization

/// Counts the forks between the process that first called this and the current one: threads do not exist in a
/// child.
enum ForkCount {
  private static let count = Atomic(0)

  private static let isWatching: Bool = {
    // Created here, since the child's first call may come too late for a fork.
    count.store(0, ordering: .relaxed)
    return pthread_atfork(nil, nil, { ForkCount.count.wrappingAdd(1, ordering: .relaxed) }) == 0
  }()

  /// Costs a load, where the process's id would cost a system call.
  static var current: Int {
    _ = isWatching
    return count.load(ordering: .relaxed)
  }
}
