import DiscernCorpus
import DiscernSystem
import Synchronization

/// Makes the next batches on another thread while the current one is used.
///
/// Batches arrive in order, and at most `depth` of them wait. The thread ends when the prefetcher is
/// released.
package final class BatchPrefetcher<Batch: Sendable>: Sequence, IteratorProtocol {
  private final class Channel: Sendable {
    let ready = Mutex<[Batch]>([])
    let filled = DispatchSemaphore(value: 0)
    let free = DispatchSemaphore(value: 0)
    let isCancelled = Atomic(false)

    init(depth: Int) {
      // Counted up from zero: libdispatch aborts the process if a semaphore is released below its initial
      // value, as this one would be when batches are left unread.
      for _ in 0..<depth { free.signal() }
    }
  }

  private let channel: Channel
  private var remaining: Int

  /// - Parameters:
  ///   - plan: the examples of each batch.
  ///   - make: makes the batch of the given examples; called on the other thread.
  package convenience init(plan: [[Int]], depth: Int = 3, make: @escaping @Sendable ([Int]) -> Batch) {
    self.init(numbers: plan.indices, depth: depth) { make(plan[$0]) }
  }

  /// - Parameters:
  ///   - numbers: the batches to make, in order.
  ///   - make: makes the batch with a given number; called on the other thread.
  package init(
    numbers: some RandomAccessCollection<Int> & Sendable, depth: Int = 3,
    make: @escaping @Sendable (Int) -> Batch
  ) {
    precondition(depth > 0, "a depth of \(depth)")
    let channel = Channel(depth: depth)
    self.channel = channel
    remaining = numbers.count
    DetachedThread.start {
      for number in numbers {
        channel.free.wait()
        if channel.isCancelled.load(ordering: .acquiring) { return }
        let batch = make(number)
        channel.ready.withLock { $0.append(batch) }
        channel.filled.signal()
      }
    }
  }

  package func next() -> Batch? {
    guard remaining > 0 else { return nil }
    remaining -= 1
    channel.filled.wait()
    let batch = channel.ready.withLock { $0.removeFirst() }
    channel.free.signal()
    return batch
  }

  deinit {
    channel.isCancelled.store(true, ordering: .releasing)
    channel.free.signal()
  }
}

extension BatchPrefetcher where Batch == PackedBatch {
  /// Packs texts.
  package convenience init(texts: EncodedTexts, plan: [[Int]], depth: Int = 3) {
    self.init(plan: plan, depth: depth) { PackedBatch(texts, indices: $0) }
  }
}
