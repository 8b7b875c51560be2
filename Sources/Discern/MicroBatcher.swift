import DiscernSystem
import Synchronization

/// Hands over the items that arrived since the last call: a single item when they arrive slowly, a full
/// window when they arrive fast. The window bounds memory, since producers wait while it is full.
///
/// Any number of threads may add items; one takes them.
package final class MicroBatcher<Item: Sendable>: Sendable {
  private struct Waiting {
    var items: [Item] = []
    var bytes = 0
    var isAtEnd = false
    var isAbandoned = false
    var failure: (any Error)?
    /// The number of threads waiting for room.
    var blocked = 0
  }

  private let maximumItems: Int
  private let maximumBytes: Int
  private let waiting = Mutex(Waiting())
  private let arrived = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - maximumItems: the number of items at which a window is full.
  ///   - maximumBytes: the number of bytes at which a window is full.
  package init(maximumItems: Int = 2048, maximumBytes: Int = 4 << 20) {
    self.maximumItems = maximumItems
    self.maximumBytes = maximumBytes
  }

  private func isFull(_ waiting: Waiting) -> Bool {
    waiting.items.count >= maximumItems || waiting.bytes >= maximumBytes
  }

  /// Adds an item, then waits while the window is full.
  ///
  /// - Parameter bytes: the size that counts towards the window.
  /// - Returns: false if the batcher was abandoned.
  @discardableResult
  package func add(_ item: Item, bytes: Int = 0) -> Bool {
    let (wasEmpty, mustWait, isWanted) = waiting.withLock { waiting in
      let wasEmpty = waiting.items.isEmpty
      if waiting.isAbandoned { return (false, false, false) }
      waiting.items.append(item)
      waiting.bytes += bytes
      let mustWait = isFull(waiting)
      if mustWait { waiting.blocked += 1 }
      return (wasEmpty, mustWait, true)
    }
    if wasEmpty { arrived.signal() }
    guard isWanted else { return false }
    guard mustWait else { return true }
    room.wait()
    return !waiting.withLock { $0.isAbandoned }
  }

  /// Ends the stream: no more items will be added.
  ///
  /// - Parameter failure: thrown by `next` after all items have been handed over.
  package func finish(_ failure: (any Error)? = nil) {
    waiting.withLock {
      $0.isAtEnd = true
      $0.failure = failure
    }
    arrived.signal()
  }

  /// Stops accepting items: producers waiting for room continue.
  package func abandon() {
    let blocked = waiting.withLock { waiting in
      waiting.isAbandoned = true
      waiting.items = []
      defer { waiting.blocked = 0 }
      return waiting.blocked
    }
    for _ in 0..<blocked { room.signal() }
  }

  /// Waits for the next window; at least one item, or nil at the end.
  package func next() throws -> [Item]? {
    while true {
      arrived.wait()
      let (items, blocked, isAtEnd, failure) = waiting.withLock {
        waiting -> ([Item], Int, Bool, (any Error)?) in
        defer {
          waiting.items = []
          waiting.bytes = 0
          waiting.blocked = 0
        }
        return (waiting.items, waiting.blocked, waiting.isAtEnd, waiting.failure)
      }
      for _ in 0..<blocked { room.signal() }
      // Any further call must also see the end.
      if isAtEnd { arrived.signal() }
      if !items.isEmpty { return items }
      if let failure { throw failure }
      if isAtEnd { return nil }
    }
  }
}
