import DiscernCorpus
import DiscernModels
import DiscernTensor
import Dispatch
import Testing

private let texts = skewedTexts(200, longest: 20, seed: 1)
private let plan = LengthBuckets(batchSize: .texts(7), window: 3, seed: 1)
  .batches(lengths: texts.lengths, epoch: 1)

@Test(arguments: [1, 2, 3, 100]) func prefetchedBatchesAreThePlansInOrder(depth: Int) {
  var count = 0
  for batch in BatchPrefetcher(texts: texts, plan: plan, depth: depth) {
    let expected = PackedBatch(texts, indices: plan[count])
    #expect(batch.indices == expected.indices)
    #expect(batch.distinctIDs == expected.distinctIDs)
    #expect(batch.tokenRows.rowOfToken == expected.tokenRows.rowOfToken)
    count += 1
  }
  #expect(count == plan.count)
}

@Test func anEmptyPlanHasNoBatches() {
  #expect(BatchPrefetcher(texts: texts, plan: []).next() == nil)
}

@Test func afterTheLastBatchThereIsNone() {
  let prefetcher = BatchPrefetcher(texts: texts, plan: [[0], [1]])
  #expect(prefetcher.next()?.indices == [0])
  #expect(prefetcher.next()?.indices == [1])
  #expect(prefetcher.next() == nil)
  #expect(prefetcher.next() == nil)
}

/// Dropped unread, halfway or at the end, with its thread waiting, packing or gone: nothing hangs and
/// nothing crashes. In a separate process, since libdispatch ends the process when a semaphore is
/// destroyed while it is held.
@Test func aPrefetcherMayBeDroppedAtAnyTime() async {
  await #expect(processExitsWith: .success) {
    for depth in [1, 2, 3, 8] {
      for read in 0..<12 {
        for pause in [0, 2000] as [UInt32] {
          // 3 batches, all packed before it goes; 20 and more, so that its thread must wait.
          for batches in [3, plan.count] {
            let prefetcher = BatchPrefetcher(texts: texts, plan: Array(plan[..<batches]), depth: depth)
            for _ in 0..<read { _ = prefetcher.next() }
            if pause > 0 { _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .microseconds(Int(pause))) }
          }
        }
      }
    }
  }
}

/// Hundreds of dropped prefetchers would use up libdispatch's threads if theirs did not end.
@Test func theThreadOfADroppedPrefetcherEnds() {
  for _ in 0..<500 {
    let prefetcher = BatchPrefetcher(texts: texts, plan: plan, depth: 1)
    #expect(prefetcher.next()?.indices.count == plan[0].count)
  }
  var count = 0
  for _ in BatchPrefetcher(texts: texts, plan: plan) { count += 1 }
  #expect(count == plan.count)
}

@Test func noDepthIsAProgrammersMistake() async {
  await #expect(processExitsWith: .failure) { _ = BatchPrefetcher(texts: texts, plan: plan, depth: 0) }
}
