import DiscernText

/// The data for finding near copies among texts: some shingles of each, and hashes that texts with many
/// common shingles probably share (MinHash; Broder 1997).
///
/// A text's shingles are its words, each with the two before it, so there are as many as words; two marks
/// precede the first word. Memory: 128 bytes per text and 4 per word, but at most 2 KiB for a text's words.
/// Cost: about a tenth of a microsecond per word. The data depend neither on the process nor on the
/// processor.
package struct TextSketches: Sendable {
  /// The number of words in a shingle.
  package static let shingleLength = 3
  /// The maximum number of shingles kept of a text: those with the smallest hashes.
  package static let maximumShingles = 512
  /// Texts that agree in all rows of one band are compared. At a Jaccard similarity of 0.7, the probability
  /// of that is 1 − (1 − 0.7³)³² > 0.99999, at 0.1 it is 0.03.
  static let bands = 32
  static let rows = 3

  private var keys: [UInt32] = []
  private var shingles: [UInt32] = []
  private var ends: [Int] = []
  // Working memory for one text.
  private var words: [UInt64] = []
  private var hashes: [UInt64] = []
  private var minima = [UInt64](repeating: 0, count: bands * rows)

  package init() {}

  /// The number of texts.
  package var count: Int { ends.count }

  /// A key of the text in a band; nil for a text without words.
  func key(_ text: Int, band: Int) -> UInt32? {
    self[text].isEmpty ? nil : keys[text * Self.bands + band]
  }

  /// The kept shingles' hashes, ascending.
  private subscript(_ text: Int) -> ArraySlice<UInt32> {
    shingles[(text == 0 ? 0 : ends[text - 1])..<ends[text]]
  }

  /// Appends a text.
  package mutating func append(_ tokens: TokenBuffer) {
    words.removeAll(keepingCapacity: true)
    tokens.withUnsafeTokens { utf8, ranges in
      for range in ranges { words.append(ContentHash(UnsafeBufferPointer(rebasing: utf8[range.range])).low) }
    }
    hashes.removeAll(keepingCapacity: true)
    var (first, second) = (Self.mark, Self.mark)
    for word in words {
      hashes.append(Self.mix(first &* 0x9E37_79B9_7F4A_7C15 ^ Self.mix(second) &* 3 ^ word))
      (first, second) = (second, word)
    }
    hashes.sort()
    let before = shingles.count
    for (index, hash) in hashes.enumerated() where index == 0 || hash != hashes[index - 1] {
      shingles.append(UInt32(hash >> 32))
      if shingles.count - before == Self.maximumShingles { break }
    }
    ends.append(shingles.count)
    reduce()
  }

  /// Finds the text's least hash under each function, and derives the bands' keys from these.
  private mutating func reduce() {
    let count = minima.count
    minima.withUnsafeMutableBufferPointer { minima in
      minima.update(repeating: .max)
      Self.factors.withUnsafeBufferPointer { factors in
        for hash in hashes {
          for index in 0..<count {
            minima[index] = min(minima[index], (hash ^ factors[index]) &* factors[index])
          }
        }
      }
    }
    for band in 0..<Self.bands {
      var key: UInt64 = 0
      for row in 0..<Self.rows { key = Self.mix(key ^ minima[band * Self.rows + row]) }
      keys.append(UInt32(truncatingIfNeeded: key))
    }
  }

  /// Appends the texts of another value.
  package mutating func append(contentsOf other: TextSketches) {
    let before = shingles.count
    keys.append(contentsOf: other.keys)
    shingles.append(contentsOf: other.shingles)
    ends.append(contentsOf: other.ends.map { before + $0 })
  }

  /// The texts of the given indices, in that order.
  package func selecting(_ indices: [Int]) -> TextSketches {
    var result = TextSketches()
    for index in indices {
      result.keys.append(contentsOf: keys[index * Self.bands..<(index + 1) * Self.bands])
      result.shingles.append(contentsOf: self[index])
      result.ends.append(result.shingles.count)
    }
    return result
  }

  /// The share of two texts' shingles that both have (Jaccard similarity), 0...1. Exact if both have fewer
  /// than `maximumShingles`; otherwise estimated from that many shingles of either, drawn at random.
  package func similarity(_ first: Int, _ second: Int) -> Double {
    let (a, b) = (self[first], self[second])
    let isDrawn = a.count == Self.maximumShingles || b.count == Self.maximumShingles
    let limit = isDrawn ? Self.maximumShingles : .max
    var (both, either) = (0, 0)
    var (i, j) = (a.startIndex, b.startIndex)
    while either < limit, i < a.endIndex || j < b.endIndex {
      either += 1
      if j == b.endIndex || i < a.endIndex && a[i] < b[j] {
        i += 1
      } else if i == a.endIndex || b[j] < a[i] {
        j += 1
      } else {
        both += 1
        i += 1
        j += 1
      }
    }
    return either == 0 ? 0 : Double(both) / Double(either)
  }

  private static let mark: UInt64 = 0x5DEE_CE66_D1CE_4E5B
  /// One odd factor for each hash function.
  private static let factors = (0..<bands * rows).map { SplitMix64.value(seed: 13, index: UInt64($0)) | 1 }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 32)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 29)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 32)
  }
}
