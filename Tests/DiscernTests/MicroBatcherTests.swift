import Discern
import Foundation
import Testing

private struct Broken: Error {}

@Test func whatWaitsIsHandedOverTogether() throws {
  let batcher = MicroBatcher<Int>()
  batcher.add(1)
  #expect(try batcher.next() == [1])
  batcher.add(2)
  batcher.add(3)
  batcher.finish()
  #expect(try batcher.next() == [2, 3])
  #expect(try batcher.next() == nil)
  #expect(try batcher.next() == nil)
}

@Test func aFailureComesAfterTheItems() throws {
  let batcher = MicroBatcher<Int>()
  batcher.add(1)
  batcher.finish(Broken())
  #expect(try batcher.next() == [1])
  #expect(throws: Broken.self) { try batcher.next() }
  #expect(throws: Broken.self) { try batcher.next() }
}

/// However fast items arrive, no more wait than the window holds plus one per thread.
@Test(arguments: [(3, Int.max), (Int.max, 30)]) func theWindowBoundsWhatWaits(items: Int, bytes: Int) throws {
  let batcher = MicroBatcher<Int>(maximumItems: items, maximumBytes: bytes)
  let threads = 4
  for thread in 0..<threads {
    Thread.detachNewThread {
      for index in 0..<200 { batcher.add(thread * 1000 + index, bytes: 10) }
      batcher.add(-1)
    }
  }
  var got: [Int] = []
  var ended = 0
  while ended < threads, let window = try batcher.next() {
    #expect(window.count <= 3 + 2 * threads)
    ended += window.count { $0 < 0 }
    got += window.filter { $0 >= 0 }
  }
  #expect(got.count == 200 * threads)
  for thread in 0..<threads {
    let own = got.filter { $0 / 1000 == thread }
    #expect(own == own.sorted())
  }
}

@Test func whoWaitsForRoomGoesOnWhenNothingMoreIsWanted() {
  let batcher = MicroBatcher<Int>(maximumItems: 1)
  let done = DispatchSemaphore(value: 0)
  for _ in 0..<3 {
    Thread.detachNewThread {
      while batcher.add(1) {}
      done.signal()
    }
  }
  batcher.abandon()
  for _ in 0..<3 { #expect(done.wait(timeout: .now() + 60) == .success) }
  #expect(!batcher.add(2))
}
