import DiscernIO
import DiscernSystem

/// A limit on the memory of this process, which its own estimates respect.
enum MemoryLimit {
  /// Limits private writable data, including stacks; mapped files do not count.
  ///
  /// - Parameter bytes: the limit; 0: none.
  static func set(_ bytes: Int) {
    guard bytes > 0 else { return }
    #if os(Linux)
      let resource = CInt(RLIMIT_DATA.rawValue)
    #else
      let resource = RLIMIT_DATA
    #endif
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, rlim_t(bytes))
    setrlimit(resource, &limit)
    SystemMemory.shareOneHeap()
  }
}
