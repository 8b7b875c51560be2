import DiscernTensor
import Foundation
import Synchronization
import Testing

/// Runs jobs until a thread other than this one takes a task; false if none comes in many rounds.
private func hasHelpers(_ compute: Compute) -> Bool {
  let mine = pthread_self()
  let helped = Atomic(false)
  for _ in 0..<2000 where !helped.load(ordering: .relaxed) {
    compute.forEach(6) { _ in
      if pthread_equal(pthread_self(), mine) == 0 { helped.store(true, ordering: .relaxed) }
      usleep(500)
    }
  }
  return helped.load(ordering: .relaxed)
}

/// A child has none of its parent's threads: it starts some of its own, and its jobs end.
@Test func aForkedChildHasThreadsOfItsOwn() throws {
  let compute = Compute(threadCount: 3)
  // The parent's threads are started.
  #expect(hasHelpers(compute))
  // Swift hides fork(2) unless it is looked up by name.
  let symbol = try #require(dlsym(nil, "fork"))
  let fork = unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)
  let child = fork()
  if child == 0 { _exit(hasHelpers(compute) ? 0 : 3) }
  #expect(child > 0)
  var status: Int32 = -1
  var polls = 0
  while waitpid(child, &status, WNOHANG) == 0 {
    polls += 1
    if polls == 6000 { kill(child, SIGKILL) }
    usleep(10_000)
  }
  #expect(status == 0, "the child did not end, or had no threads")
  #expect(hasHelpers(compute))
}
