/// The buckets of words' letter n-grams, one word after the other.
package struct LetterBags: Sendable, Equatable {
  /// [words + 1] the start of each word's buckets in `buckets`, and the end of the last.
  package private(set) var offsets = [0]
  package private(set) var buckets: [Int32] = []

  package init() {}

  package var count: Int { offsets.count - 1 }

  package subscript(word: Int) -> ArraySlice<Int32> { buckets[offsets[word]..<offsets[word + 1]] }

  /// Adds a word, or an empty bag for one without letters.
  package mutating func append(_ word: UnsafeBufferPointer<UInt8>, _ kind: LetterBuckets) {
    kind.append(word, to: &buckets)
    offsets.append(buckets.count)
  }

  package mutating func append(_ bag: ArraySlice<Int32>) {
    buckets.append(contentsOf: bag)
    offsets.append(buckets.count)
  }

  package mutating func append(contentsOf other: LetterBags) {
    let base = buckets.count
    buckets.append(contentsOf: other.buckets)
    offsets.append(contentsOf: other.offsets.dropFirst().map { $0 + base })
  }

  package mutating func removeLast() {
    offsets.removeLast()
    buckets.removeSubrange(offsets[count]...)
  }

  package mutating func removeAll() {
    offsets.removeSubrange(1...)
    buckets.removeAll(keepingCapacity: true)
  }

  /// 31 bits that depend only on a word's n-grams.
  package func hash(_ word: Int) -> Int32 {
    let hash = self[word].reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32(bitPattern: $1)) &* 0x0100_0193 }
    return Int32(bitPattern: (hash ^ hash >> 16) & 0x7FFF_FFFF)
  }
}

extension Vocabulary {
  /// [V] the letter n-grams of each word; the special tokens have none.
  package func letters(_ kind: LetterBuckets) -> LetterBags {
    var bags = LetterBags()
    for id in 0..<count {
      if id < Self.firstWordID {
        bags.append([])
      } else {
        bytes(at: id).withUnsafeBufferPointer { bags.append($0, kind) }
      }
    }
    return bags
  }
}
