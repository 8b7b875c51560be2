import DiscernSystem

/// A test of whether two classifiers are wrong equally often on the same examples (McNemar 1947): only
/// examples count on which one is right and the other wrong.
package struct McNemarTest: Sendable, Equatable, Encodable {
  /// The number of examples that only the first gets right.
  package let firstOnly: Int
  /// The number of examples that only the second gets right.
  package let secondOnly: Int
  /// The probability of a difference at least as large as this one if both were equally good.
  package let pValue: Double
  /// Whether the p-value is from the binomial distribution; otherwise it is from χ² with a correction for
  /// continuity.
  package let isExact: Bool

  /// The maximum number of disagreements for the binomial distribution; with more, χ² is as good.
  static let exactCount = 1000

  package init(firstOnly: Int, secondOnly: Int) {
    self.firstOnly = firstOnly
    self.secondOnly = secondOnly
    let (count, smaller) = (firstOnly + secondOnly, min(firstOnly, secondOnly))
    isExact = count <= Self.exactCount
    if isExact {
      // 2⁻¹⁰⁰⁰ still has full precision.
      var term = pow(0.5, Double(count))
      var sum = term
      for k in 0..<smaller {
        term *= Double(count - k) / Double(k + 1)
        sum += term
      }
      pValue = min(1, 2 * sum)
    } else {
      let distance = max(0, Double(abs(firstOnly - secondOnly)) - 1)
      pValue = erfc((distance * distance / Double(count) / 2).squareRoot())
    }
  }

  /// - Parameters: [n] whether each classifier gets each example right.
  package init(first: [Bool], second: [Bool]) {
    precondition(first.count == second.count, "the same examples for both")
    let pairs = zip(first, second)
    self.init(firstOnly: pairs.count { $0 && !$1 }, secondOnly: pairs.count { !$0 && $1 })
  }
}
