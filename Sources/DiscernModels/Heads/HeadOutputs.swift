import DiscernCorpus
import DiscernEvaluation

/// Several heads whose outputs follow one another in each row of logits [n, C].
package struct HeadOutputs: Sendable, Hashable {
  package let heads: [HeadConfiguration]
  /// The range of each head's outputs in a row.
  package let ranges: [Range<Int>]

  package init(_ heads: [HeadConfiguration]) {
    self.heads = heads
    ranges = Self.ranges(heads.map(\.outputCount))
  }

  /// The ranges of consecutive parts with the given counts.
  package static func ranges(_ counts: [Int]) -> [Range<Int>] {
    var start = 0
    return counts.map { count in
      defer { start += count }
      return start..<start + count
    }
  }

  /// C.
  package var count: Int { ranges.last?.upperBound ?? 0 }

  /// Each head's probabilities, computed from its part of each row of logits [n, C].
  ///
  /// - Parameter temperatures: by head, the divisor of its logits; nil: 1.
  package func probabilities(ofLogits logits: [Float], temperatures: [Double]? = nil) -> [Float] {
    var values = logits
    let scales = (temperatures ?? heads.map { _ in 1 }).map { Float(1 / $0) }
    precondition(scales.count == heads.count, "a temperature for each head")
    let parts = Array(zip(zip(heads.map(\.rules), scales), ranges))
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for row in stride(from: 0, to: buffer.count, by: count) {
        for ((rules, scale), range) in parts {
          let place = base + row + range.lowerBound
          for index in range.indices { place[index - range.lowerBound] *= scale }
          rules.activate(place)
        }
      }
    }
    return values
  }

  /// Each head's probabilities for the texts whose answer is known, in the texts' order; nil if there are
  /// none.
  ///
  /// - Parameters:
  ///   - logits: [n, C].
  ///   - targets: by head.
  ///   - temperatures: by head, the divisor of its logits; nil: 1.
  /// - Throws: `EvaluationError` for labels that the model does not have, and when diverged weights give
  ///   probabilities that are not numbers.
  package func predictions(
    ofLogits logits: [Float], _ targets: [TaskLabels], temperatures: [Double]? = nil
  ) throws(EvaluationError) -> [TaskPredictions?] {
    let values = probabilities(ofLogits: logits, temperatures: temperatures)
    var predictions: [TaskPredictions?] = []
    for (index, head) in heads.enumerated() {
      let known = targets[index].known
      predictions.append(
        known.isEmpty
          ? nil : try head.rules.predictions(part(values, head: index, known), targets[index], known: known))
    }
    return predictions
  }

  /// By head: the temperature that best fits the texts whose answer is known; nil if there are none.
  ///
  /// - Parameter logits: [n, C].
  package func temperatures(ofLogits logits: [Float], _ targets: [TaskLabels]) -> [Double?] {
    heads.enumerated().map { index, head in
      let known = targets[index].known
      return head.rules.temperature(part(logits, head: index, known), targets[index], known: known)
    }
  }

  /// A head's columns in some rows.
  func part(_ values: [Float], head: Int, _ rows: [Int]) -> [Float] {
    let range = ranges[head]
    return rows.flatMap { values[$0 * count + range.lowerBound..<$0 * count + range.upperBound] }
  }
}
