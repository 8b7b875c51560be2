/// The hash function of tokens: a key of 64 bits, and from it a position in a table.
///
/// Everything that a writer of files could use to make collisions goes through products with secret
/// numbers (folded 128-bit products as in wyhash, Wang Yi 2019). Nothing that is written or printed may
/// depend on the result.
@usableFromInline package struct TokenHash: Sendable {
  /// The secret numbers of this process.
  package static let ofProcess = TokenHash(
    seed: .random(in: 0...UInt64.max), step: .random(in: 0...UInt64.max) | 1,
    last: .random(in: 0...UInt64.max) | 1, place: .random(in: 0...UInt64.max) | 1)

  @usableFromInline package let seed: UInt64
  @usableFromInline package let step: UInt64
  @usableFromInline package let last: UInt64
  @usableFromInline package let place: UInt64

  package init(seed: UInt64, step: UInt64, last: UInt64, place: UInt64) {
    self.seed = seed
    self.step = step
    self.last = last
    self.place = place
  }

  /// The key of a token. Up to seven bytes: the bytes, with the length in the highest byte. More: a hash with
  /// the highest bit set, eight bytes per step.
  @inlinable package func key(of token: UnsafeBufferPointer<UInt8>) -> UInt64 {
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
    var hash = seed ^ UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    var position = 0
    while position &+ 8 < count {
      hash = Self.fold(hash ^ Self.load(base, position), step)
      position &+= 8
    }
    hash = Self.fold(hash ^ Self.load(base, count &- 8), last)
    return hash | 1 << 63
  }

  /// The same key, if at least seven bytes after the token may be read, whatever their content.
  @inlinable package func key(ofPadded token: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let count = token.count
    guard count < 8, let base = UnsafeRawPointer(token.baseAddress) else { return key(of: token) }
    let mask = (1 as UInt64) << UInt64(8 &* count) &- 1
    return Self.load(base, 0) & mask | UInt64(count) << 56
  }

  /// The key of the field that begins at `base` and ends before the first space or at `end`, and its
  /// length. Sixteen bytes from `end` on must be readable, whatever they hold.
  @inline(__always) func key(ofField base: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>)
    -> (key: UInt64, count: Int)
  {
    let start = UnsafeRawPointer(base)
    let available = end - base
    var count = 0
    while count < available {
      let word = Self.load(start, count)
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
      return (Self.load(start, 0) & mask | UInt64(count) << 56, count)
    }
    return (key(of: UnsafeBufferPointer(start: base, count: count)), count)
  }

  /// The position at which probing begins, before the table's mask is applied.
  @inlinable package func position(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: Self.fold(key ^ seed, place))
  }

  @inlinable static func load(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  @inlinable static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}
