import DiscernTensor
import Synchronization

/// Things for one thread at a time that wait for the next call; at most one a core is kept.
final class IdlePool<Item>: Sendable {
  private final class Slot: Sendable {
    let item: Mutex<Item>

    init(_ item: sending Item) { self.item = Mutex(item) }
  }

  private let idle = Mutex<[Slot]>([])
  private let limit = Compute().threadCount

  /// Runs `body` with one that waits, or else a new one. After an error it is not used again.
  func use(
    make: () throws(InterfaceError) -> sending Item, _ body: (Item) throws(InterfaceError) -> Void
  ) throws(InterfaceError) {
    let slot: Slot
    if let kept = idle.withLock({ $0.popLast() }) {
      slot = kept
    } else {
      slot = Slot(try make())
    }
    try slot.item.withLock { item throws(InterfaceError) in try body(item) }
    idle.withLock { if $0.count < limit { $0.append(slot) } }
  }
}
