/// Pairs of numbers, themselves numbered from 0: the steps of a trie of words, (n-gram, next word) → longer
/// n-gram. Exact: the pair that a slot points to is compared.
///
/// Slots depend on the process's secret numbers, the pairs' numbers do not. Memory: 8 bytes per pair, and 8
/// bytes per slot with 1.5 to 3 slots per pair.
package struct NodeTable: Sendable {
  /// By number, the pair, with its first number in the upper half.
  private var pairs: [UInt64] = []
  private let hash: TokenHash
  /// A pair's number plus one in the lower half, bits of its hash in the upper half; 0 if the slot is free.
  private var slots = [UInt64](repeating: 0, count: 16)

  package init(hash: TokenHash = .ofProcess) { self.hash = hash }

  /// Pairs, numbered in their order; those with a first number below 0 are not found.
  package init(firsts: [Int32], seconds: [Int32], hash: TokenHash = .ofProcess) {
    self.init(hash: hash)
    pairs = zip(firsts, seconds).map(Self.pair)
    let count = firsts.count { $0 >= 0 }
    while slots.count * 2 < count * 3 { slots = [UInt64](repeating: 0, count: slots.count * 2) }
    placeAll()
  }

  package var count: Int { pairs.count }

  @inline(__always) package static func pair(_ first: Int32, _ second: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
  }

  /// The first number of a pair.
  package func first(_ number: Int) -> Int32 { Int32(truncatingIfNeeded: pairs[number] >> 32) }
  package func second(_ number: Int) -> Int32 { Int32(truncatingIfNeeded: pairs[number]) }

  /// Lookup in stages: many slots are prefetched, then the pairs that they point to, before the first is
  /// examined, so that memory latencies overlap.
  package struct View {
    fileprivate let slots: UnsafeBufferPointer<UInt64>
    fileprivate let pairs: UnsafeBufferPointer<UInt64>
    fileprivate let hash: TokenHash

    @inline(__always) func code(_ pair: UInt64) -> UInt64 { NodeTable.code(hash, pair) }

    /// The content of the first slot for a code.
    @inline(__always) func slot(_ code: UInt64) -> UInt64 {
      slots[Int(truncatingIfNeeded: code) & (slots.count &- 1)]
    }

    /// The pair that a slot points to; the greatest number, which is no pair, if it is free.
    @inline(__always) func pair(_ slot: UInt64) -> UInt64 {
      slot == 0 ? .max : pairs[Int(slot & 0xFFFF_FFFF) &- 1]
    }

    /// The pair's number, or -1.
    ///
    /// - Parameters:
    ///   - slot: the first slot for its code.
    ///   - found: the pair that this slot points to.
    @inline(__always) func find(_ pair: UInt64, _ code: UInt64, slot: UInt64, found: UInt64) -> Int32 {
      if found == pair { return Int32(truncatingIfNeeded: slot & 0xFFFF_FFFF) &- 1 }
      if slot == 0 { return -1 }
      let mask = slots.count &- 1
      var position = (Int(truncatingIfNeeded: code) &+ 1) & mask
      while true {
        let slot = slots[position]
        if slot == 0 { return -1 }
        if (slot ^ code) >> 32 == 0 {
          let number = Int(slot & 0xFFFF_FFFF) &- 1
          if pairs[number] == pair { return Int32(truncatingIfNeeded: number) }
        }
        position = (position &+ 1) & mask
      }
    }

    /// The same in one step.
    @inline(__always) package func find(_ pair: UInt64) -> Int32 {
      let code = code(pair)
      let slot = slot(code)
      return find(pair, code, slot: slot, found: self.pair(slot))
    }
  }

  @inline(__always) package func withView<Result>(_ body: (View) -> Result) -> Result {
    slots.withUnsafeBufferPointer { slots in
      pairs.withUnsafeBufferPointer { pairs in body(View(slots: slots, pairs: pairs, hash: hash)) }
    }
  }

  @inline(__always) fileprivate static func code(_ hash: TokenHash, _ pair: UInt64) -> UInt64 {
    TokenHash.fold(pair ^ hash.seed, hash.place)
  }

  /// The pair's number; a new pair is added and has the next number.
  package mutating func insert(_ first: Int32, _ second: Int32) -> Int32 {
    let pair = Self.pair(first, second)
    let found = withView { $0.find(pair) }
    if found >= 0 { return found }
    pairs.append(pair)
    if count * 3 > slots.count * 2 {
      slots = [UInt64](repeating: 0, count: slots.count * 2)
      placeAll()
    } else {
      place(count - 1)
    }
    return Int32(count - 1)
  }

  private mutating func placeAll() {
    for number in pairs.indices where pairs[number] >> 63 == 0 { place(number) }
  }

  private mutating func place(_ number: Int) {
    let code = Self.code(hash, pairs[number])
    let mask = slots.count - 1
    var position = Int(truncatingIfNeeded: code) & mask
    while slots[position] != 0 { position = (position + 1) & mask }
    slots[position] = (code >> 32) << 32 | UInt64(number + 1)
  }
}
