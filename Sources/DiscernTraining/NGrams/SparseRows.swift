import DiscernVocabulary

/// Texts as sparse rows of numbers; each has one feature more at its end, for the bias, which is always 1.
package struct SparseRows: Sendable {
  /// [entries] features in any order, the bias last in each row.
  package let features: [Int32]
  package let values: [Float]
  /// [texts + 1]
  package let offsets: [Int]
  /// Including the bias.
  package let featureCount: Int

  /// Moves the rows out of their blocks.
  package init(_ blocks: NGramRowBlocks, _ vocabulary: NGramVocabulary) {
    let numbers = NGramValues(vocabulary)
    let bias = Int32(vocabulary.count)
    let (texts, entries) = blocks.counts
    var features: [Int32] = []
    features.reserveCapacity(entries + texts)
    var offsets = [0]
    offsets.reserveCapacity(texts + 1)
    values = Array(unsafeUninitializedCapacity: entries + texts) { buffer, count in
      count = entries + texts
      guard let base = buffer.baseAddress else { return }
      blocks.take { rows in
        for row in 0..<rows.count {
          numbers.fill(rows, row, into: base + features.count)
          features.append(contentsOf: rows.features[rows.range(row)])
          base[features.count] = 1
          features.append(bias)
          offsets.append(features.count)
        }
      }
    }
    self.features = features
    self.offsets = offsets
    featureCount = vocabulary.count + 1
  }

  package var count: Int { offsets.count - 1 }
}
