/// A growing, reusable buffer: memory once allocated is kept until the buffer is destroyed.
///
/// Unlike `[UInt8]`, its pointer stays valid between calls that do not append.
package struct ByteBuffer: ~Copyable {
  package private(set) var base: UnsafeMutablePointer<UInt8>
  package private(set) var count = 0
  private var capacity: Int

  package init(capacity: Int = 256) {
    self.capacity = max(capacity, 16)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  package mutating func removeAll() { count = 0 }

  /// Discards everything from `newCount` on.
  package mutating func truncate(to newCount: Int) {
    precondition(newCount >= 0 && newCount <= count, "\(newCount) of \(count) bytes")
    count = newCount
  }

  package mutating func append(_ byte: UInt8) {
    if count == capacity { grow(to: count + 1) }
    base[count] = byte
    count += 1
  }

  package mutating func append(_ source: UnsafePointer<UInt8>, count added: Int) {
    if added > capacity - count { grow(to: count + added) }
    (base + count).update(from: source, count: added)
    count += added
  }

  package mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
    if let start = source.baseAddress { append(start, count: source.count) }
  }

  /// Appends the UTF-8 of a scalar value (not a surrogate).
  package mutating func append(scalar value: UInt32) {
    if value < 0x80 {
      append(UInt8(value))
      return
    }
    if value < 0x800 {
      append(UInt8(0xC0 | value >> 6))
    } else {
      if value < 0x10000 {
        append(UInt8(0xE0 | value >> 12))
      } else {
        append(UInt8(0xF0 | value >> 18))
        append(UInt8(0x80 | (value >> 12 & 0x3F)))
      }
      append(UInt8(0x80 | (value >> 6 & 0x3F)))
    }
    append(UInt8(0x80 | (value & 0x3F)))
  }

  /// Space after the contents for writing; then call `added` with the number of bytes written.
  package mutating func freeSpace(atLeast wanted: Int) -> UnsafeMutableRawBufferPointer {
    if capacity - count < wanted { grow(to: count + wanted) }
    return UnsafeMutableRawBufferPointer(start: base + count, count: capacity - count)
  }

  package mutating func added(_ written: Int) {
    precondition(written >= 0 && written <= capacity - count, "\(written) of \(capacity - count) bytes")
    count += written
  }

  private mutating func grow(to needed: Int) {
    let larger = max(needed, capacity * 2)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.moveInitialize(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = larger
  }
}
