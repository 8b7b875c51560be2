import DiscernVocabulary

/// Texts as sparse rows of numbers, each with one feature more, the last, that is always 1: the bias.
package struct SparseRows: Sendable {
  /// [entries] features in any order, the bias last in each row.
  package let features: [Int32]
  package let values: [Float]
  /// [texts + 1]
  package let offsets: [Int]
  /// The bias included.
  package let featureCount: Int

  package init(_ rows: NGramRows, _ vocabulary: NGramVocabulary) {
    let numbers = NGramValues(vocabulary)
    let bias = Int32(vocabulary.count)
    var features: [Int32] = []
    features.reserveCapacity(rows.features.count + rows.count)
    var offsets = [0]
    offsets.reserveCapacity(rows.count + 1)
    for row in 0..<rows.count {
      features.append(contentsOf: rows.features[rows.range(row)])
      features.append(bias)
      offsets.append(features.count)
    }
    values = Array(unsafeUninitializedCapacity: features.count) { buffer, count in
      count = features.count
      guard let base = buffer.baseAddress else { return }
      for row in 0..<rows.count {
        numbers.fill(rows, row, into: base + offsets[row])
        base[offsets[row + 1] - 1] = 1
      }
    }
    self.features = features
    self.offsets = offsets
    featureCount = vocabulary.count + 1
  }

  package var count: Int { offsets.count - 1 }
}
