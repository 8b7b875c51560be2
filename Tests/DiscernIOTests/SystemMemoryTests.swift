import DiscernIO
import Foundation
import TestSupport
import Testing

@Test func thereIsALimitOfMemory() {
  let limit = SystemMemory.limit()
  #expect(limit.bytes > 1 << 20 && limit.bytes < 1 << 50 && !limit.source.isEmpty)
}

@Test func theSmallestLimitOfAllGroupsAboveCounts() throws {
  try withTemporaryFolder { root in
    func write(_ text: String, _ path: String) throws {
      let url = URL(fileURLWithPath: root + "/" + path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: url, atomically: false, encoding: .utf8)
    }
    func limit(_ membership: String) -> Int? {
      SystemMemory.controlGroupLimit(membership: membership, root: root)
    }
    #expect(limit("0::/a/b\n") == nil && limit("") == nil && limit("no group") == nil)
    try write("max\n", "a/b/memory.max")
    #expect(limit("0::/a/b\n") == nil)
    try write("3000000\n", "a/memory.max")
    #expect(limit("0::/a/b\n") == 3_000_000)
    try write("2000000\n", "a/b/memory.max")
    #expect(limit("0::/a/b\n") == 2_000_000)
    // The root's own, as a container sees it, and the first version of control groups.
    try write("1000000\n", "memory.max")
    #expect(limit("0::/elsewhere\n") == 1_000_000 && limit("0::/\n") == 1_000_000)
    try write("500000\n", "memory/x/memory.limit_in_bytes")
    #expect(limit("3:cpu:/x\n4:memory:/x\n") == 500_000)
  }
}
