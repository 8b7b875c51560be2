/// Counts tokens and makes a vocabulary of the most frequent ones.
///
/// Memory is proportional to the number of distinct tokens. Several builders, one per thread, may each count
/// a part of a corpus; merged in any order, they build the same vocabulary.
public struct VocabularyBuilder: Sendable {
  @usableFromInline private(set) var table = TokenTable()
  /// By the token's number in the table.
  @usableFromInline var counts: [Int] = []

  /// A builder without words.
  public init() {}

  /// The number of distinct tokens so far.
  public var distinctCount: Int { counts.count }

  /// The number of tokens so far.
  public var totalCount: Int { counts.reduce(0, +) }

  /// The share of all tokens that were counted once, 0...1.
  package var onceShare: Double {
    let total = totalCount
    return total > 0 ? Double(counts.count { $0 == 1 }) / Double(total) : 0
  }

  /// Counts one token, given as UTF-8. Empty ones are ignored.
  @inlinable public mutating func add(_ token: UnsafeBufferPointer<UInt8>) {
    if token.isEmpty { return }
    let found = table.find(token)
    if found >= 0 {
      counts[Int(found)] &+= 1
    } else {
      append(token, count: 1)
    }
  }

  /// Counts one token.
  public mutating func add(_ token: String) {
    var token = token
    token.withUTF8 { add($0) }
  }

  /// Adds another builder's counts. Cost: one look-up for each of its distinct tokens.
  public mutating func merge(_ other: VocabularyBuilder) {
    other.table.bytes.withUnsafeBufferPointer { bytes in
      for index in 0..<other.counts.count {
        let range = other.table.offsets[index]..<other.table.offsets[index + 1]
        let token = UnsafeBufferPointer(rebasing: bytes[range])
        let found = table.find(token)
        if found >= 0 {
          counts[Int(found)] += other.counts[index]
        } else {
          append(token, count: other.counts[index])
        }
      }
    }
  }

  @usableFromInline mutating func append(_ token: UnsafeBufferPointer<UInt8>, count: Int) {
    _ = table.append(token)
    counts.append(count)
  }

  /// The vocabulary of the most frequent tokens, by descending count and, where counts are equal, by
  /// ascending bytes. The rest is counted under `<unk>`, and so are tokens that are not valid UTF-8 and the
  /// words `<pad>` and `<unk>` themselves.
  ///
  /// - Parameters:
  ///   - maximumSize: the maximum number of entries, including `<pad>` and `<unk>`; at least 2.
  ///   - minimumCount: the minimum count of a token; at least 1.
  public func build(maximumSize: Int = 25_000, minimumCount: Int = 1) -> Vocabulary {
    precondition(maximumSize >= 2, "a vocabulary of \(maximumSize) entries has no room for <pad> and <unk>")
    var eligible = counts.indices.filter { counts[$0] >= minimumCount && isWord($0) }
    let room = maximumSize - 2
    if eligible.count > room {
      // Only those that can still be included are worth comparing byte by byte.
      let sorted = eligible.map { counts[$0] }.sorted(by: >)
      let least = room > 0 ? sorted[room - 1] : Int.max
      eligible.removeAll { counts[$0] < least }
    }
    eligible.sort(by: precedes)
    var words = TokenTable(minimumCapacity: min(room, eligible.count))
    var kept = [0, 0]
    table.bytes.withUnsafeBufferPointer { bytes in
      for index in eligible.prefix(room) {
        let range = table.offsets[index]..<table.offsets[index + 1]
        _ = words.append(UnsafeBufferPointer(rebasing: bytes[range]))
        kept.append(counts[index])
      }
    }
    kept[1] = totalCount - kept.reduce(0, +)
    return Vocabulary(words: words, counts: kept)
  }

  /// Whether token `left` comes before token `right` in a vocabulary.
  func precedes(_ left: Int, _ right: Int) -> Bool {
    counts[left] != counts[right]
      ? counts[left] > counts[right] : table[left].lexicographicallyPrecedes(table[right])
  }

  private func isWord(_ index: Int) -> Bool {
    let bytes = table[index]
    return !Vocabulary.isSpecial(bytes)
      && (bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil)
  }
}
