import DiscernCorpus
import DiscernTensor

/// Some texts of a corpus, packed: sorted by length (longest first), time-major, without padding.
///
/// N texts, S tokens in all, U distinct words among them.
package struct PackedBatch: Sendable {
  /// [N] which text of the corpus each sequence is.
  package let indices: [Int]
  /// [U] the batch's distinct words, in order of first appearance.
  package let distinctIDs: [Int32]
  /// Which distinct word each of the S tokens is.
  package let tokenRows: TokenRows
  package let layout: PackedLayout

  /// N texts.
  package var textCount: Int { indices.count }
  /// S tokens of all texts together.
  package var tokenCount: Int { layout.tokenCount }

  /// Packs the texts of the given indices; each must have at least one token. Texts of equal length
  /// keep their order. Cost: O(S).
  package init(_ texts: EncodedTexts, indices: [Int]) {
    let sorted = indices.enumerated().sorted { a, b in
      let (la, lb) = (texts.length(a.element), texts.length(b.element))
      return la != lb ? la > lb : a.offset < b.offset
    }.map(\.element)
    self.indices = sorted
    let layout = PackedLayout(lengths: sorted.map(texts.length))
    self.layout = layout
    var rowOfToken: [Int32] = []
    rowOfToken.reserveCapacity(layout.tokenCount)
    var words = DistinctWords(tokenCount: layout.tokenCount)
    let starts = sorted.map { texts.offsets[$0] }
    texts.tokenIDs.withUnsafeBufferPointer { ids in
      for step in 0..<layout.stepCount {
        for sequence in 0..<layout.batchSizes[step] {
          rowOfToken.append(words.row(of: ids[starts[sequence] + step]))
        }
      }
    }
    distinctIDs = words.ids
    tokenRows = TokenRows(rowOfToken: rowOfToken, rowCount: words.ids.count)
  }

  /// The token ids as a padded matrix, for those who want one: row i is the text `indices[i]`, `<pad>`
  /// (0) behind its end.
  ///
  /// - Returns: ids row-major [N, T] with T the longest length, and the lengths [N].
  package func padded() -> (ids: [Int32], lengths: [Int]) {
    let (count, steps) = (layout.sequenceCount, layout.stepCount)
    var ids = [Int32](repeating: 0, count: count * steps)
    for step in 0..<steps {
      for sequence in 0..<layout.batchSizes[step] {
        let row = tokenRows.rowOfToken[layout.offsets[step] + sequence]
        ids[sequence * steps + step] = distinctIDs[Int(row)]
      }
    }
    return (ids, layout.lengths)
  }
}

/// Numbers ids in the order of their first appearance: an open-addressing table of twice the tokens' number,
/// which costs a tenth of what a `Dictionary` does.
private struct DistinctWords {
  private(set) var ids: [Int32] = []
  /// The row of an id; the id is in `ids`. -1: free.
  private var slots: [Int32]
  private let shift: Int

  init(tokenCount: Int) {
    let bits = Int.bitWidth - (2 * max(8, tokenCount) - 1).leadingZeroBitCount
    slots = [Int32](repeating: -1, count: 1 << bits)
    shift = 32 - min(31, bits)
  }

  mutating func row(of id: Int32) -> Int32 {
    // Fibonacci hashing (Knuth, volume 3, 6.4).
    var slot = Int((UInt32(bitPattern: id) &* 2_654_435_769) >> UInt32(shift))
    while true {
      let row = slots[slot]
      if row < 0 {
        slots[slot] = Int32(ids.count)
        ids.append(id)
        return Int32(ids.count - 1)
      }
      if ids[Int(row)] == id { return row }
      slot = (slot + 1) & (slots.count - 1)
    }
  }
}

extension EncodedTexts {
  /// The inverse of padding: row i's first `lengths[i]` ids are text i.
  package init(unpadding ids: [Int32], lengths: [Int]) {
    self.init()
    let steps = lengths.isEmpty ? 0 : ids.count / lengths.count
    precondition(
      ids.count == lengths.count * steps && lengths.allSatisfy { $0 >= 0 && $0 <= steps },
      "\(ids.count) ids for \(lengths.count) rows")
    for (row, length) in lengths.enumerated() { append(ids[row * steps..<row * steps + length]) }
  }
}
