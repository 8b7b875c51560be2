import DiscernTensor
import Dispatch
import Synchronization
import Testing

@Test(arguments: [1, 2, 3, 8, 20]) func everyTaskRunsOnce(threads: Int) {
  let compute = Compute(threadCount: threads)
  for count in [0, 1, 2, 3, 7, 64, 1000] {
    let runs = Mutex([Int](repeating: 0, count: count))
    compute.forEach(count) { index in runs.withLock { $0[index] += 1 } }
    #expect(runs.withLock { $0 } == [Int](repeating: 1, count: count), "\(count) tasks")
  }
}

@Test func blocksCoverTheWholeOnce() {
  let compute = Compute(threadCount: 3)
  for (count, size) in [(0, 4), (1, 4), (8, 4), (9, 4), (1000, 7)] {
    let covered = Mutex([Int](repeating: 0, count: count))
    compute.forEachBlock(of: count, size: size) { block in
      covered.withLock { for index in block { $0[index] += 1 } }
    }
    #expect(covered.withLock { $0 } == [Int](repeating: 1, count: count))
  }
}

/// Thousands of short jobs, some after a pause in which the workers fall asleep: none is lost, and a
/// task's writes are visible when the job has ended.
@Test func jobsFollowOneAnotherWithoutLoss() async throws {
  let compute = Compute(threadCount: 4)
  let memory = UnsafeMutablePointer<Int>.allocate(capacity: 16)
  memory.initialize(repeating: 0, count: 16)
  defer { memory.deallocate() }
  for round in 1...20_000 {
    compute.forEach(16) { memory[$0] += 1 }
    if round % 4000 == 0 {
      #expect((0..<16).allSatisfy { memory[$0] == round })
      try await Task.sleep(for: .milliseconds(20))
    }
  }
  #expect((0..<16).allSatisfy { memory[$0] == 20_000 })
}

/// A busy pool causes no deadlock: inner jobs and those of other threads still run.
@Test func jobsWithinJobsAndFromManyThreadsEnd() {
  let compute = Compute(threadCount: 3)
  let total = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: 6) { _ in
    for _ in 0..<200 {
      compute.forEach(5) { _ in compute.forEach(4) { _ in total.wrappingAdd(1, ordering: .relaxed) } }
    }
  }
  #expect(total.load(ordering: .relaxed) == 6 * 200 * 5 * 4)
}
