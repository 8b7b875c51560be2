import DiscernSystem
import Synchronization

/// Hands over what has arrived since it was asked last: a single item when items come slowly, a full window
/// when they come fast. Memory is bounded by the window, as those who bring items wait while it is full.
///
/// Any number of threads bring items; one takes them.
package final class MicroBatcher<Item: Sendable>: Sendable {
  private struct Waiting {
    var items: [Item] = []
    var bytes = 0
    var isAtEnd = false
    var isAbandoned = false
    var failure: (any Error)?
    /// Threads that wait for room.
    var blocked = 0
  }

  private let maximumItems: Int
  private let maximumBytes: Int
  private let waiting = Mutex(Waiting())
  private let arrived = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - maximumItems: at so many items a window is full.
  ///   - maximumBytes: or at so many bytes of them.
  package init(maximumItems: Int = 2048, maximumBytes: Int = 4 << 20) {
    self.maximumItems = maximumItems
    self.maximumBytes = maximumBytes
  }

  private func isFull(_ waiting: Waiting) -> Bool {
    waiting.items.count >= maximumItems || waiting.bytes >= maximumBytes
  }

  /// Adds an item, then waits while the window is full.
  ///
  /// - Parameter bytes: what it counts.
  /// - Returns: false when nothing more is wanted.
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

  /// No item comes any more.
  ///
  /// - Parameter failure: thrown by `next` after all items were handed over.
  package func finish(_ failure: (any Error)? = nil) {
    waiting.withLock {
      $0.isAtEnd = true
      $0.failure = failure
    }
    arrived.signal()
  }

  /// Nothing more is taken: those who wait for room go on.
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
      // The end is looked at once more, also by whoever asks again after it.
      if isAtEnd { arrived.signal() }
      if !items.isEmpty { return items }
      if let failure { throw failure }
      if isAtEnd { return nil }
    }
  }
}
