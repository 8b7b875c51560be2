import Foundation

/// Several models of the same shape as one: the mean of their probabilities, as logits.
enum Ensemble {
  /// Logits whose softmax (or sigmoid, where a text may have several labels) is the mean of the members'
  /// own: log(mean p), and log(mean p) − log(mean (1 − p)).
  ///
  /// A row's result depends on that row alone. Computed in double precision from logarithms, so that no
  /// probability is lost for being small.
  ///
  /// - Parameter members: at least one; each row-major [n, C] with all heads' outputs.
  static func logits(_ members: [[Float]], _ configuration: ClassifierConfiguration) -> [Float] {
    if members.count == 1 { return members[0] }
    var result = members[0]
    var terms = [Double](repeating: 0, count: members.count)
    var others = terms
    let ranges = configuration.headRanges
    for row in stride(from: 0, to: result.count, by: configuration.outputCount) {
      for (head, range) in zip(configuration.heads, ranges) {
        let place = row + range.lowerBound..<row + range.upperBound
        if head.isMultiLabel {
          for index in place {
            for (m, logits) in members.enumerated() {
              terms[m] = -logOfOnePlusExp(-Double(logits[index]))
              others[m] = -logOfOnePlusExp(Double(logits[index]))
            }
            result[index] = Float(logOfSum(terms) - logOfSum(others))
          }
        } else {
          let sums = members.map { logits in logOfSum(logits[place].map(Double.init)) }
          for index in place {
            for (m, logits) in members.enumerated() { terms[m] = Double(logits[index]) - sums[m] }
            result[index] = Float(logOfSum(terms) - log(Double(members.count)))
          }
        }
      }
    }
    return result
  }

  /// log Σ exp x.
  private static func logOfSum(_ values: [Double]) -> Double {
    let largest = values.max() ?? 0
    return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
  }

  /// log(1 + exp x).
  private static func logOfOnePlusExp(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}
