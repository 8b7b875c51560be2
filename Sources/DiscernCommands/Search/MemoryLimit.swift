import DiscernIO
import DiscernSystem

/// A limit for the memory of this process, which its own estimates respect.
enum MemoryLimit {
  /// Data that may be written, stacks included; not what is mapped from files.
  ///
  /// - Parameter bytes: 0: none.
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
