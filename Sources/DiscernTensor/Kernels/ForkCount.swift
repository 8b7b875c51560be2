import DiscernSystem
import Synchronization

/// Counts the forks between the process that asked first and this one: threads do not come along into a
/// child.
enum ForkCount {
  private static let count = Atomic(0)

  private static let isWatching: Bool = {
    // Made here, as the child's first look may not come too late for a fork.
    count.store(0, ordering: .relaxed)
    return pthread_atfork(nil, nil, { ForkCount.count.wrappingAdd(1, ordering: .relaxed) }) == 0
  }()

  /// Costs a load, where the process's id would cost a system call.
  static var current: Int {
    _ = isWatching
    return count.load(ordering: .relaxed)
  }
}
