import DiscernCorpus
import DiscernTensor

/// Segments of several texts, as one direction of a language model reads them, and the next word after each
/// token in that direction.
package struct TextSegment: Sendable {
  /// The segments in the given order.
  package let packed: PackedBatch
  /// [S] in packed order; -1 where a text ends.
  package let targets: [Int32]

  package init(packed: PackedBatch, targets: [Int32]) {
    self.packed = packed
    self.targets = targets
  }

  /// - Parameters:
  ///   - texts: whole texts, by descending length.
  ///   - tokens: the segment's range, counted from the end at which the direction begins; the same for all
  ///     texts.
  ///   - isReverse: whether the texts are read backwards.
  package init(_ texts: [ArraySlice<Int32>], tokens: Range<Int>, isReverse: Bool) {
    var parts = EncodedTexts()
    var following: [[Int32]] = []
    for text in texts {
      let range = tokens.clamped(to: 0..<text.count)
      func id(_ place: Int) -> Int32 { text[isReverse ? text.endIndex - 1 - place : text.startIndex + place] }
      parts.append(range.map(id))
      following.append(range.map { $0 + 1 < text.count ? id($0 + 1) : -1 })
    }
    let packed = PackedBatch(parts, indices: Array(texts.indices))
    let layout = packed.layout
    precondition(packed.indices == Array(texts.indices), "texts by descending length")
    var targets: [Int32] = []
    targets.reserveCapacity(layout.tokenCount)
    for step in 0..<layout.stepCount {
      for sequence in 0..<layout.batchSizes[step] { targets.append(following[sequence][step]) }
    }
    self.init(packed: packed, targets: targets)
  }

  /// The number of tokens that have a next word.
  package var targetCount: Int { targets.count { $0 >= 0 } }
}
