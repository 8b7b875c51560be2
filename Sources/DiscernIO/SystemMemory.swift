import CDiscernFiles
import DiscernSystem

/// The memory that this process may use. Checked before long work, since a failing allocation would end the
/// process.
package enum SystemMemory {
  /// A limit, and its source.
  package struct Limit: Equatable, Sendable {
    package let bytes: Int
    /// In words, for messages.
    package let source: String

    package init(bytes: Int, source: String) {
      self.bytes = bytes
      self.source = source
    }
  }

  /// The smallest of the machine's memory, the control group's limit, and the memory left below resource
  /// limits.
  package static func limit() -> Limit {
    let membership = text(of: "/proc/self/cgroup") ?? ""
    let candidates = [
      physical.map { Limit(bytes: $0, source: "this machine's memory") },
      controlGroupLimit(membership: membership, root: "/sys/fs/cgroup").map {
        Limit(bytes: $0, source: "the control group's limit")
      },
      remainder(of: addressSpace, usedPages: 0).map { Limit(bytes: $0, source: "the rest below ulimit -v") },
      remainder(of: data, usedPages: 5).map { Limit(bytes: $0, source: "the rest below ulimit -d") },
    ]
    return candidates.compactMap(\.self).min { $0.bytes < $1.bytes } ?? Limit(bytes: .max, source: "")
  }

  /// Whether resource limits (`ulimit`) restrict the process's memory.
  package static var isLimitedByResources: Bool {
    remainder(of: addressSpace, usedPages: 0) != nil || remainder(of: data, usedPages: 5) != nil
  }

  /// The control group's limit of processes and threads; nil without one.
  package static var limitOfThreads: Int? {
    controlGroupLimit(
      membership: text(of: "/proc/self/cgroup") ?? "", root: "/sys/fs/cgroup", controller: "pids")
  }

  /// Prevents each new thread from reserving 64 MB of address space.
  package static func shareOneHeap() { discern_share_one_heap() }

  /// The process's resident memory in bytes; nil if unknown.
  package static func resident() -> Int? {
    let fields = text(of: "/proc/self/statm")?.split(separator: " ") ?? []
    return fields.count > 1 ? Int(fields[1]).map { $0 * pageSize } : nil
  }

  private static var physical: Int? {
    let (bytes, overflow) = sysconf(CInt(_SC_PHYS_PAGES)).multipliedReportingOverflow(by: pageSize)
    return overflow || bytes <= 0 ? nil : bytes
  }

  private static var pageSize: Int { max(1, sysconf(CInt(_SC_PAGESIZE))) }

  /// The smallest limit of the process's groups and those above them; nil without one.
  ///
  /// - Parameters:
  ///   - membership: the content of `/proc/self/cgroup`.
  ///   - root: the folder in which the groups' file systems are mounted.
  package static func controlGroupLimit(
    membership: String, root: String, controller: String = "memory"
  ) -> Int? {
    var limits: [Int] = []
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isFirstVersion = fields[1].split(separator: ",").contains(controller[...])
      guard isFirstVersion || fields[1].isEmpty else { continue }
      let folder = isFirstVersion ? root + "/" + controller : root
      let file = isFirstVersion && controller == "memory" ? "memory.limit_in_bytes" : controller + ".max"
      // A container may see its own group as the root, whatever its path says.
      var path = fields[2]
      while true {
        let name = folder + (path == "/" ? "" : path) + "/" + file
        // "max" means no limit.
        if let limit = text(of: name).flatMap({ Int($0.prefix { $0 != "\n" }) }) { limits.append(limit) }
        guard let slash = path.lastIndex(of: "/"), path != "/" else { break }
        path = slash == path.startIndex ? "/" : path[..<slash]
      }
    }
    return limits.min()
  }

  /// The memory left below a resource limit.
  ///
  /// - Parameter usedPages: the field of `/proc/self/statm` with the number of used pages.
  private static func remainder(of resource: CInt, usedPages field: Int) -> Int? {
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur <= UInt64(Int.max) else { return nil }
    let fields = text(of: "/proc/self/statm")?.split(separator: " ") ?? []
    let used = fields.count > field ? Int(fields[field].prefix { $0 != "\n" }) ?? 0 : 0
    return max(0, Int(limit.rlim_cur) - used * pageSize)
  }

  #if os(Linux)
    private static let addressSpace = CInt(RLIMIT_AS.rawValue)
    private static let data = CInt(RLIMIT_DATA.rawValue)
  #else
    private static let addressSpace = RLIMIT_AS
    private static let data = RLIMIT_DATA
  #endif

  /// The beginning of a small system file.
  private static func text(of path: String) -> String? {
    guard let file = try? FileBytes(path: path) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    guard let count = try? bytes.withUnsafeMutableBytes({ try file.fill($0) }) else { return nil }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
