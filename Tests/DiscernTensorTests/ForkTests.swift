import DiscernTensor
import Foundation
import Testing

/// A child has none of its parent's threads: its jobs run all the same, with threads of its own.
@Test func jobsRunInAForkedChild() throws {
  let compute = Compute(threadCount: 3)
  let sums = UnsafeMutablePointer<Int>.allocate(capacity: 64)
  sums.initialize(repeating: 0, count: 64)
  defer { sums.deallocate() }
  // The parent's threads are started, and asleep or awake.
  compute.forEach(64) { sums[$0] += 1 }
  // Swift hides fork(2) from programs that do not look for it.
  let symbol = try #require(dlsym(nil, "fork"))
  let fork = unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)
  let child = fork()
  if child == 0 {
    for _ in 0..<1000 { compute.forEach(64) { sums[$0] += 1 } }
    _exit((0..<64).allSatisfy { sums[$0] == 1001 } ? 0 : 3)
  }
  #expect(child > 0)
  var status: Int32 = -1
  var polls = 0
  while waitpid(child, &status, WNOHANG) == 0 {
    polls += 1
    if polls == 6000 { kill(child, SIGKILL) }
    usleep(10_000)
  }
  #expect(status == 0, "the child did not end, or counted wrong")
  compute.forEach(64) { sums[$0] += 1 }
  #expect((0..<64).allSatisfy { sums[$0] == 2 })
}
