/// Distinct byte strings, numbered from 0 in the order of their insertion: an open-addressing hash
/// table over one flat byte array.
///
/// A token of at most seven bytes *is* its key (bytes and length in 64 bits), so that finding it
/// compares two integers; of a longer one the key is a fixed hash. Nothing is seeded per process: the
/// same insertions give the same table everywhere. Memory: the bytes, 8 bytes a token, and 16 bytes a
/// slot with 1.5 to 3 slots a token.
@usableFromInline struct TokenTable: Sendable {
  @usableFromInline struct Slot: Sendable {
    @usableFromInline var key: UInt64
    /// The token's number, -1 if the slot is free.
    @usableFromInline var index: Int32

    @inlinable init(key: UInt64, index: Int32) {
      self.key = key
      self.index = index
    }
  }

  @usableFromInline private(set) var slots = [Slot](repeating: Slot(key: 0, index: -1), count: 16)
  @usableFromInline private(set) var bytes: [UInt8] = []
  /// Token `i` is `bytes[offsets[i]..<offsets[i + 1]]`.
  @usableFromInline private(set) var offsets: [Int] = [0]

  init() {}

  init(minimumCapacity: Int) {
    var size = 16
    while size * 2 < minimumCapacity * 3 { size *= 2 }
    slots = [Slot](repeating: Slot(key: 0, index: -1), count: size)
    offsets.reserveCapacity(minimumCapacity + 1)
  }

  @inlinable var count: Int { offsets.count - 1 }

  /// The bytes of token `index`.
  subscript(index: Int) -> ArraySlice<UInt8> { bytes[offsets[index]..<offsets[index + 1]] }

  /// The number of `token`, or -1. Allocates nothing; the expected cost is one probe.
  @inlinable func find(_ token: UnsafeBufferPointer<UInt8>) -> Int32 { find(token, key: TokenKey.of(token)) }

  /// The number of `token`, the key of which is at hand, or -1.
  @inlinable func find(_ token: UnsafeBufferPointer<UInt8>, key: UInt64) -> Int32 {
    slots.withUnsafeBufferPointer { slots in
      let mask = slots.count &- 1
      var position = TokenKey.position(key) & mask
      while true {
        let slot = slots[position]
        if slot.index < 0 { return -1 }
        if slot.key == key, token.count < 8 || matches(slot.index, token) { return slot.index }
        position = (position &+ 1) & mask
      }
    }
  }

  /// The number of `token`, which is added if it is new.
  @inlinable mutating func insert(_ token: UnsafeBufferPointer<UInt8>) -> Int32 {
    let found = find(token)
    return found >= 0 ? found : append(token)
  }

  /// Adds a token known to be new.
  @usableFromInline mutating func append(_ token: UnsafeBufferPointer<UInt8>) -> Int32 {
    let index = Int32(count)
    if (count + 1) * 3 > slots.count * 2 { grow() }
    bytes.append(contentsOf: token)
    offsets.append(bytes.count)
    place(Slot(key: TokenKey.of(token), index: index))
    return index
  }

  @inlinable func matches(_ index: Int32, _ token: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = offsets[Int(index)]
    guard offsets[Int(index) &+ 1] &- start == token.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      var position = 0
      while position < token.count {
        if bytes[start &+ position] != token[position] { return false }
        position &+= 1
      }
      return true
    }
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(key: 0, index: -1), count: old.count * 2)
    for slot in old where slot.index >= 0 { place(slot) }
  }

  private mutating func place(_ slot: Slot) {
    let mask = slots.count - 1
    var position = TokenKey.position(slot.key) & mask
    while slots[position].index >= 0 { position = (position + 1) & mask }
    slots[position] = slot
  }
}

extension TokenTable: Equatable {
  /// The same tokens under the same numbers.
  @usableFromInline static func == (left: TokenTable, right: TokenTable) -> Bool {
    left.offsets == right.offsets && left.bytes == right.bytes
  }
}

/// How a token becomes 64 bits.
@usableFromInline enum TokenKey {
  /// Up to seven bytes: the bytes with the length in the highest byte. More: a hash with the highest
  /// bit set, by folded 128-bit products as in wyhash (Wang Yi 2019), eight bytes a step.
  @inlinable static func of(_ token: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let count = token.count
    guard let base = UnsafeRawPointer(token.baseAddress), count > 0 else { return 0 }
    if count < 4 {
      // Where positions coincide, so do the bytes.
      let middle = count >> 1
      let last = count &- 1
      return UInt64(base.load(as: UInt8.self))
        | UInt64(base.load(fromByteOffset: middle, as: UInt8.self)) << UInt64(8 &* middle)
        | UInt64(base.load(fromByteOffset: last, as: UInt8.self)) << UInt64(8 &* last)
        | UInt64(count) << 56
    }
    if count < 8 {
      let low = UInt64(UInt32(littleEndian: base.loadUnaligned(as: UInt32.self)))
      let high = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
      return low | UInt64(high) << UInt64(8 &* (count &- 4)) | UInt64(count) << 56
    }
    var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    var position = 0
    while position &+ 8 < count {
      hash = fold(hash ^ load(base, position), 0xA076_1D64_78BD_642F)
      position &+= 8
    }
    hash = fold(hash ^ load(base, count &- 8), 0xE703_7ED1_A0B4_28DB)
    return hash | 1 << 63
  }

  /// The same key, where at least seven bytes behind the token may be read, whatever they hold.
  @inlinable static func ofPadded(_ token: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let count = token.count
    guard count < 8, let base = UnsafeRawPointer(token.baseAddress) else { return of(token) }
    let mask = (1 as UInt64) << UInt64(8 &* count) &- 1
    return load(base, 0) & mask | UInt64(count) << 56
  }

  /// The key of the field that begins at `base` and ends before the first space or at `end`, and its
  /// length. Sixteen bytes from `end` on must be readable, whatever they hold.
  @inline(__always) static func ofField(_ base: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>)
    -> (key: UInt64, count: Int)
  {
    let start = UnsafeRawPointer(base)
    let available = end - base
    var count = 0
    while count < available {
      let word = load(start, count)
      // The lowest bit set belongs to the first byte that is a space (Mycroft's test for a zero byte).
      let zero = word ^ 0x2020_2020_2020_2020
      let spaces = (zero &- 0x0101_0101_0101_0101) & ~zero & 0x8080_8080_8080_8080
      if spaces != 0 {
        count += spaces.trailingZeroBitCount / 8
        break
      }
      count += 8
    }
    count = min(count, available)
    if count < 8 {
      let mask = (1 as UInt64) << UInt64(8 &* count) &- 1
      return (load(start, 0) & mask | UInt64(count) << 56, count)
    }
    return (of(UnsafeBufferPointer(start: base, count: count)), count)
  }

  /// Where probing begins, before the table's mask.
  @inlinable static func position(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: fold(key ^ 0x8EBC_6AF0_9C88_C6E3, 0x5899_65CC_7537_4CC3))
  }

  @inlinable static func load(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  @inlinable static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}
