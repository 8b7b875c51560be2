/// Distinct byte strings, numbered from 0 in the order of their insertion: an open-addressing hash
/// table over one flat byte array.
///
/// A token of at most seven bytes *is* its key (bytes and length in 64 bits), so that finding it compares two
/// integers; the key of a longer one is a hash. Hashes and slots depend on the process's random numbers, so
/// that no file can be made whose tokens all collide; tokens' numbers do not. Memory: the bytes, 8 bytes per
/// token, and 16 bytes per slot with 1.5 to 3 slots per token.
@usableFromInline package struct TokenTable: Sendable {
  @usableFromInline package struct Slot: Sendable {
    @usableFromInline package var key: UInt64
    /// The token's number, -1 if the slot is free.
    @usableFromInline package var index: Int32

    @inlinable package init(key: UInt64, index: Int32) {
      self.key = key
      self.index = index
    }
  }

  @usableFromInline package let hash: TokenHash
  @usableFromInline package private(set) var slots = [Slot](repeating: Slot(key: 0, index: -1), count: 16)
  @usableFromInline package private(set) var bytes: [UInt8] = []
  /// Token `i` is `bytes[offsets[i]..<offsets[i + 1]]`.
  @usableFromInline package private(set) var offsets: [Int] = [0]

  /// - Parameter hash: other than the process's own only in tests.
  package init(hash: TokenHash = .ofProcess) { self.hash = hash }

  init(minimumCapacity: Int) {
    hash = .ofProcess
    var size = 16
    while size * 2 < minimumCapacity * 3 { size *= 2 }
    slots = [Slot](repeating: Slot(key: 0, index: -1), count: size)
    offsets.reserveCapacity(minimumCapacity + 1)
  }

  @inlinable package var count: Int { offsets.count - 1 }

  /// The bytes of token `index`.
  package subscript(index: Int) -> ArraySlice<UInt8> { bytes[offsets[index]..<offsets[index + 1]] }

  /// The number of `token`, or -1. Allocates nothing; the expected cost is one probe.
  @inlinable package func find(_ token: UnsafeBufferPointer<UInt8>) -> Int32 {
    find(token, key: hash.key(of: token))
  }

  /// The same, if at least seven bytes after the token may be read, whatever their content.
  @inlinable package func findPadded(_ token: UnsafeBufferPointer<UInt8>) -> Int32 {
    find(token, key: hash.key(ofPadded: token))
  }

  /// The number of `token`, whose key is given, or -1.
  @inlinable package func find(_ token: UnsafeBufferPointer<UInt8>, key: UInt64) -> Int32 {
    slots.withUnsafeBufferPointer { slots in
      let mask = slots.count &- 1
      var position = hash.position(key) & mask
      while true {
        let slot = slots[position]
        if slot.index < 0 { return -1 }
        if slot.key == key, token.count < 8 || matches(slot.index, token) { return slot.index }
        position = (position &+ 1) & mask
      }
    }
  }

  /// The number of `token`, which is added if it is new.
  @inlinable package mutating func insert(_ token: UnsafeBufferPointer<UInt8>) -> Int32 {
    let found = find(token)
    return found >= 0 ? found : append(token)
  }

  /// Adds a token known to be new.
  @usableFromInline package mutating func append(_ token: UnsafeBufferPointer<UInt8>) -> Int32 {
    let index = Int32(count)
    if (count + 1) * 3 > slots.count * 2 { grow() }
    bytes.append(contentsOf: token)
    offsets.append(bytes.count)
    place(Slot(key: hash.key(of: token), index: index))
    return index
  }

  @inlinable package func matches(_ index: Int32, _ token: UnsafeBufferPointer<UInt8>) -> Bool {
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

  /// The number of slots examined to find every token once; about 1.5 per token if the hash is good.
  package var probeCount: Int {
    let mask = slots.count - 1
    return slots.indices.reduce(0) { sum, index in
      slots[index].index < 0 ? sum : sum + 1 + (index - hash.position(slots[index].key) & mask) & mask
    }
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(key: 0, index: -1), count: old.count * 2)
    for slot in old where slot.index >= 0 { place(slot) }
  }

  private mutating func place(_ slot: Slot) {
    let mask = slots.count - 1
    var position = hash.position(slot.key) & mask
    while slots[position].index >= 0 { position = (position + 1) & mask }
    slots[position] = slot
  }
}

extension TokenTable: Equatable {
  /// The same tokens under the same numbers.
  @usableFromInline package static func == (left: TokenTable, right: TokenTable) -> Bool {
    left.offsets == right.offsets && left.bytes == right.bytes
  }
}
