import DiscernSystem

/// The keys of the objects that are open, innermost last, in one flat buffer.
struct JSONKeys: ~Copyable {
  private struct Entry {
    let start: Int
    let end: Int
    let offset: Int
  }

  private var text = ByteBuffer()
  private var entries: [Entry] = []

  var count: Int { entries.count }

  mutating func removeAll() {
    text.removeAll()
    entries.removeAll(keepingCapacity: true)
  }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, offset: Int) {
    let start = text.count
    text.append(bytes)
    entries.append(Entry(start: start, end: text.count, offset: offset))
  }

  mutating func truncate(to newCount: Int) {
    guard newCount < entries.count else { return }
    text.truncate(to: entries[newCount].start)
    entries.removeLast(entries.count - newCount)
  }

  func bytes(of key: Int) -> UnsafeBufferPointer<UInt8> { bytes(entries[key]) }

  /// The offset of the key in the JSON text.
  func offset(of key: Int) -> Int { entries[key].offset }

  /// The first key from `first` on that repeats an earlier one. Cost: n log n comparisons.
  func duplicate(from first: Int) -> Int? {
    let count = entries.count - first
    if count < 2 { return nil }
    if count <= 8 {
      for later in (first + 1)..<entries.count {
        for earlier in first..<later where compare(earlier, later) == 0 { return later }
      }
      return nil
    }
    let order = (first..<entries.count).sorted {
      let comparison = compare($0, $1)
      return comparison != 0 ? comparison < 0 : $0 < $1
    }
    return zip(order, order.dropFirst()).filter { compare($0, $1) == 0 }.map(\.1).min()
  }

  private func bytes(_ entry: Entry) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text.bytes[entry.start..<entry.end])
  }

  private func compare(_ one: Int, _ other: Int) -> Int32 {
    let a = entries[one]
    let b = entries[other]
    let lengths = (a.end - a.start, b.end - b.start)
    let common = memcmp(text.base + a.start, text.base + b.start, min(lengths.0, lengths.1))
    return common != 0 ? common : (lengths.0 < lengths.1 ? -1 : lengths.0 > lengths.1 ? 1 : 0)
  }
}
