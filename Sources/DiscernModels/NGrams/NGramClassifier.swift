import DiscernTensor
import DiscernVocabulary

/// A linear model over n-grams: the logit of a label is the sum of its bias and, for each n-gram of the text,
/// the product of the n-gram's value in the text and its weight for the label.
///
/// Weights are rounded to 8 bits, with a scale for each column, at the end of training, so that a saved model
/// answers with the same bits. A head of two classes has one column, z, and the logits -z/2 and z/2; any
/// other head has a column for each output.
package struct NGramClassifier: Sendable {
  package let vocabulary: NGramVocabulary
  package let heads: [HeadConfiguration]
  /// [columns]
  package let biases: [Float]
  /// [columns] the factor of the 8-bit weights.
  package let scales: [Float]
  /// [features, columns]
  package let weights: [Int8]
  private let values: NGramValues
  /// By head: its columns.
  package let columnRanges: [Range<Int>]
  /// By head: its outputs.
  package let headRanges: [Range<Int>]

  /// The maximum number of weights of a model: features times columns.
  package static let weightLimit = 1 << 27

  /// The number of a head's columns.
  package static func columnCount(_ head: HeadConfiguration) -> Int {
    if case .classes(count: 2) = head.kind { 1 } else { head.outputCount }
  }

  init(
    vocabulary: NGramVocabulary, heads: [HeadConfiguration], biases: [Float], scales: [Float],
    weights: [Int8]
  ) {
    self.vocabulary = vocabulary
    self.heads = heads
    self.biases = biases
    self.scales = scales
    self.weights = weights
    values = NGramValues(vocabulary)
    columnRanges = HeadOutputs.ranges(heads.map(Self.columnCount))
    headRanges = HeadOutputs(heads).ranges
  }

  /// Rounds weights to 8 bits.
  ///
  /// - Parameters:
  ///   - weights: [features, columns]
  ///   - biases: [columns]
  package init(
    vocabulary: NGramVocabulary, heads: [HeadConfiguration], weights: [Float], biases: [Float]
  ) {
    let columns = biases.count
    precondition(
      weights.count == vocabulary.count * columns
        && columns == heads.reduce(0) { $0 + Self.columnCount($1) },
      "\(weights.count) weights and \(columns) biases for \(vocabulary.count) n-grams")
    var scales = [Float](repeating: 0, count: columns)
    for start in stride(from: 0, to: weights.count, by: max(1, columns)) {
      for column in 0..<columns { scales[column] = max(scales[column], abs(weights[start + column])) }
    }
    scales = scales.map { $0 / 127 }
    let inverses = scales.map { $0 > 0 ? 1 / $0 : 0 }
    var rounded = [Int8](repeating: 0, count: weights.count)
    for start in stride(from: 0, to: weights.count, by: max(1, columns)) {
      for column in 0..<columns {
        let level = (weights[start + column] * inverses[column]).rounded()
        rounded[start + column] = Int8(max(-127, min(127, level)))
      }
    }
    self.init(vocabulary: vocabulary, heads: heads, biases: biases, scales: scales, weights: rounded)
  }

  /// The columns of all heads.
  package var columnCount: Int { biases.count }
  /// The outputs of all heads.
  package var outputCount: Int { heads.reduce(0) { $0 + $1.outputCount } }

  /// Logits of texts, row-major [n, outputs of all heads]. A row's logits depend on that row alone.
  package func logits(_ rows: NGramRows, compute: Compute) -> [Float] {
    let outputs = outputCount
    var result = [Float](repeating: 0, count: rows.count * outputs)
    let products = SparseProducts(compute)
    result.withUnsafeMutableBufferPointer { result in
      // Blocks write disjoint parts.
      nonisolated(unsafe) let result = result
      compute.forEachBlock(of: rows.count, size: 64) { block in
        let longest = block.reduce(0) { max($0, rows.range($1).count) }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: longest + 2 * columnCount + 1) { memory in
          guard let base = memory.baseAddress, let target = result.baseAddress else { return }
          for row in block {
            logits(rows, row, values: base + columnCount, sums: base, products, target + row * outputs)
          }
        }
      }
    }
    return result
  }

  private func logits(
    _ rows: NGramRows, _ row: Int, values: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>,
    _ products: SparseProducts, _ logits: UnsafeMutablePointer<Float>
  ) {
    let range = rows.range(row)
    self.values.fill(rows, row, into: values)
    rows.features.withUnsafeBufferPointer { features in
      weights.withUnsafeBufferPointer { weights in
        if columnCount == 1 {
          var sum: Float = 0
          for (place, entry) in range.enumerated() {
            sum += values[place] * Float(weights[Int(features[entry])])
          }
          sums[0] = sum
        } else if let features = features.baseAddress, let weights = weights.baseAddress {
          products.sum(
            count: range.count, rows: features + range.lowerBound, values: values, lanes: columnCount,
            matrix: weights, stride: columnCount, into: sums)
        } else {
          sums.update(repeating: 0, count: columnCount)
        }
      }
    }
    for column in 0..<columnCount { sums[column] = biases[column] + scales[column] * sums[column] }
    for (columns, outputs) in zip(columnRanges, headRanges) {
      if columns.count == outputs.count {
        for (column, output) in zip(columns, outputs) { logits[output] = sums[column] }
      } else {
        logits[outputs.lowerBound] = -sums[columns.lowerBound] / 2
        logits[outputs.lowerBound + 1] = sums[columns.lowerBound] / 2
      }
    }
  }

  /// A lower bound of the bytes that the model takes on disk: names, non-zero weights, and the bits that mark
  /// them.
  package var savedBytes: Int {
    let present = (0..<vocabulary.count).count { !hasNoWeight($0) }
    return vocabulary.nameBytes + present * columnCount + vocabulary.count / 8
  }

  /// Whether a feature's weights are zero for every label.
  func hasNoWeight(_ feature: Int) -> Bool {
    weights[feature * columnCount..<(feature + 1) * columnCount].allSatisfy { $0 == 0 }
  }

  /// Whether any n-gram of a text has a weight.
  package func hasEvidence(_ rows: NGramRows, row: Int) -> Bool {
    rows.features[rows.range(row)].contains { !hasNoWeight(Int($0)) }
  }

  /// The bias of a label of a head.
  package func bias(head: Int, label: Int) -> Float {
    let (column, sign) = column(head, label)
    return sign * biases[column]
  }

  /// The contribution of each n-gram of a text to a label's logit: together with the bias, they sum to the
  /// logit.
  package func contributions(
    of rows: NGramRows, row: Int, head: Int, label: Int
  ) -> [(feature: Int, value: Float)] {
    let range = rows.range(row)
    let (column, sign) = column(head, label)
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count + 1) { memory in
      guard let base = memory.baseAddress else { return [] }
      values.fill(rows, row, into: base)
      return range.enumerated().map { place, entry in
        let feature = Int(rows.features[entry])
        let weight = scales[column] * Float(weights[feature * columnCount + column])
        return (feature, sign * base[place] * weight)
      }
    }
  }

  private func column(_ head: Int, _ label: Int) -> (column: Int, sign: Float) {
    let columns = columnRanges[head]
    if columns.count == headRanges[head].count { return (columns.lowerBound + label, 1) }
    return (columns.lowerBound, label == 0 ? -0.5 : 0.5)
  }
}
