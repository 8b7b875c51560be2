import Synchronization

/// Objects for one thread at a time, kept for the next use; at most one idle object per core.
package final class IdlePool<Item>: Sendable {
  private final class Slot: Sendable {
    let item: Mutex<Item>

    init(_ item: sending Item) { self.item = Mutex(item) }
  }

  private let idle = Mutex<[Slot]>([])
  private let limit = ProcessInfo.processInfo.activeProcessorCount

  package init() {}

  /// Runs `body` with an idle object, or else a new one. After an error, the object is not used again.
  package func use<Value: Sendable, Failure: Error>(
    make: () throws(Failure) -> sending Item, _ body: (Item) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let slot: Slot
    if let kept = idle.withLock({ $0.popLast() }) {
      slot = kept
    } else {
      slot = Slot(try make())
    }
    let value = try slot.item.withLock { item throws(Failure) in try body(item) }
    idle.withLock { if $0.count < limit { $0.append(slot) } }
    return value
  }
}
