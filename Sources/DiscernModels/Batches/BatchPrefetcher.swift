import DiscernCorpus
import DiscernSystem
import Synchronization

/// Makes the next batches on another thread while the current one is used.
///
/// Batches come in their order. At most `depth` wait; when the prefetcher goes, its thread
/// ends.
package final class BatchPrefetcher<Batch: Sendable>: Sequence, IteratorProtocol {
  private final class Channel: Sendable {
    let ready = Mutex<[Batch]>([])
    let filled = DispatchSemaphore(value: 0)
    let free = DispatchSemaphore(value: 0)
    let isCancelled = Atomic(false)

    init(depth: Int) {
      // Counted up from zero: libdispatch ends the process when a semaphore goes below the value that
      // it was made with, as this one would when batches are left unread.
      for _ in 0..<depth { free.signal() }
    }
  }

  private let channel: Channel
  private var remaining: Int

  /// - Parameters:
  ///   - plan: the examples of each batch.
  ///   - make: makes a batch of such examples; called on the other thread.
  package convenience init(plan: [[Int]], depth: Int = 3, make: @escaping @Sendable ([Int]) -> Batch) {
    self.init(numbers: plan.indices, depth: depth) { make(plan[$0]) }
  }

  /// - Parameters:
  ///   - numbers: which batches, in that order.
  ///   - make: makes the batch of a number; called on the other thread.
  package init(
    numbers: some RandomAccessCollection<Int> & Sendable, depth: Int = 3,
    make: @escaping @Sendable (Int) -> Batch
  ) {
    precondition(depth > 0, "a depth of \(depth)")
    let channel = Channel(depth: depth)
    self.channel = channel
    remaining = numbers.count
    DispatchQueue.global(qos: .userInitiated).async {
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
