/// MurmurHash3_x64_128 (Appleby 2011, public domain): 128 bits for a byte string, the same on every machine.
/// Not for hostile input: collisions can be made on purpose.
package struct ContentHash: Sendable, Hashable, Comparable {
  package var low: UInt64
  package var high: UInt64

  package static func < (a: ContentHash, b: ContentHash) -> Bool {
    a.high != b.high ? a.high < b.high : a.low < b.low
  }

  private static let c1: UInt64 = 0x87c3_7b91_1142_53d5
  private static let c2: UInt64 = 0x4cf5_ad43_2745_937f

  package init(low: UInt64 = 0, high: UInt64 = 0) {
    self.low = low
    self.high = high
  }

  package init(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0) {
    var h1 = seed
    var h2 = seed
    let count = bytes.count
    if let base = UnsafeRawPointer(bytes.baseAddress) {
      var position = 0
      while position &+ 16 <= count {
        let k1 = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let k2 = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position &+ 8, as: UInt64.self))
        h1 ^= Self.first(k1)
        h1 = Self.rotate(h1, 27) &+ h2
        h1 = h1 &* 5 &+ 0x52dc_e729
        h2 ^= Self.second(k2)
        h2 = Self.rotate(h2, 31) &+ h1
        h2 = h2 &* 5 &+ 0x3849_5ab5
        position &+= 16
      }
      var k1: UInt64 = 0
      var k2: UInt64 = 0
      for index in position..<count {
        let byte = UInt64(base.load(fromByteOffset: index, as: UInt8.self))
        let offset = index - position
        if offset < 8 { k1 |= byte << UInt64(8 * offset) } else { k2 |= byte << UInt64(8 * (offset - 8)) }
      }
      h2 ^= Self.second(k2)
      h1 ^= Self.first(k1)
    }
    h1 ^= UInt64(count)
    h2 ^= UInt64(count)
    h1 = h1 &+ h2
    h2 = h2 &+ h1
    h1 = Self.finish(h1)
    h2 = Self.finish(h2)
    low = h1 &+ h2
    high = h2 &+ low
  }

  /// Folds another hash in; the order matters.
  package mutating func combine(_ other: ContentHash) {
    low = Self.finish(Self.rotate(low, 31) &* Self.c1 ^ other.low)
    high = Self.finish(Self.rotate(high, 33) &* Self.c2 ^ other.high)
  }

  package var hexadecimal: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  private static func first(_ k: UInt64) -> UInt64 { rotate(k &* c1, 31) &* c2 }
  private static func second(_ k: UInt64) -> UInt64 { rotate(k &* c2, 33) &* c1 }
  private static func rotate(_ x: UInt64, _ bits: UInt64) -> UInt64 { x << bits | x >> (64 - bits) }
  private static func finish(_ value: UInt64) -> UInt64 {
    var k = value
    k ^= k >> 33
    k = k &* 0xff51_afd7_ed55_8ccd
    k ^= k >> 33
    k = k &* 0xc4ce_b9fe_1a85_ec53
    return k ^ k >> 33
  }
}
