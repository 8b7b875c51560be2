/// Pairs of numbers from 0 on, numbered from 0 in the order of their insertion: the steps of a trie of words,
/// (n-gram, next word) → longer n-gram. Exact, since a pair is its own key.
///
/// Places depend on the process's secret numbers, the pairs' numbers do not. 16 bytes a slot, 1.5 to 3 slots
/// a pair.
struct NodeTable: Sendable {
  private struct Slot: Sendable, BitwiseCopyable {
    var key: UInt64
    /// -1 if the slot is free.
    var number: Int32
  }

  private let hash: TokenHash
  private var slots = [Slot](repeating: Slot(key: 0, number: -1), count: 16)
  private(set) var count = 0

  init(hash: TokenHash = .ofProcess) { self.hash = hash }

  private static func key(_ first: Int32, _ second: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
  }

  /// The pair's number, or -1.
  @inline(__always) func find(_ first: Int32, _ second: Int32) -> Int32 {
    slots.withUnsafeBufferPointer { slots in
      let key = Self.key(first, second)
      let mask = slots.count &- 1
      var position = hash.position(key) & mask
      while true {
        let slot = slots[position]
        if slot.number < 0 || slot.key == key { return slot.number }
        position = (position &+ 1) & mask
      }
    }
  }

  /// The pair's number; a new one has the number `count` before.
  mutating func insert(_ first: Int32, _ second: Int32) -> Int32 {
    let found = find(first, second)
    if found >= 0 { return found }
    insertNew(first, second, Int32(count))
    return Int32(count - 1)
  }

  /// Adds a pair known to be new under a number of the caller's.
  mutating func insertNew(_ first: Int32, _ second: Int32, _ number: Int32) {
    if (count + 1) * 3 > slots.count * 2 { grow() }
    count += 1
    place(Slot(key: Self.key(first, second), number: number))
  }

  mutating func reserveCapacity(_ capacity: Int) {
    while slots.count * 2 < capacity * 3 { grow() }
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(key: 0, number: -1), count: old.count * 2)
    for slot in old where slot.number >= 0 { place(slot) }
  }

  private mutating func place(_ slot: Slot) {
    let mask = slots.count - 1
    var position = hash.position(slot.key) & mask
    while slots[position].number >= 0 { position = (position + 1) & mask }
    slots[position] = slot
  }
}
