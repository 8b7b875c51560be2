import DiscernC
import Foundation
import Synchronization
import Testing

/// A fork begins when no thread is inside, and both processes pass through the gate.
@Test func aForkWaitsForThoseInside() throws {
  let symbol = try #require(dlsym(nil, "fork"))
  let fork = unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)
  let isInside = Atomic(false)
  let hasLeft = Atomic(false)
  Thread.detachNewThread {
    ForkGate.pass {
      isInside.store(true, ordering: .releasing)
      usleep(50_000)
      hasLeft.store(true, ordering: .releasing)
    }
  }
  while !isInside.load(ordering: .acquiring) { usleep(50) }
  let child = fork()
  if child == 0 { _exit(ForkGate.pass { hasLeft.load(ordering: .acquiring) } ? 0 : 3) }
  let wasEmpty = hasLeft.load(ordering: .acquiring)
  #expect(wasEmpty)
  var status: Int32 = -1
  var polls = 0
  while waitpid(child, &status, WNOHANG) == 0 {
    polls += 1
    if polls == 6000 { kill(child, SIGKILL) }
    usleep(10_000)
  }
  #expect(status == 0)
  #expect(ForkGate.pass { true })
}
