import DiscernEvaluation
import DiscernSystem

/// Numbers as shown on a page.
package enum Figure {
  /// Four decimals; a dash if undefined.
  package static func text(_ value: Double?) -> String {
    value.map { String(format: "%.4f", $0).replacing("-", with: "\u{2212}") } ?? "–"
  }

  static func percent(_ share: Double, digits: Int = 1) -> String {
    String(format: "%.\(digits)f %%", 100 * share)
  }

  static func interval(_ interval: ConfidenceInterval?) -> String {
    interval.map { "\(text($0.low)) – \(text($0.high))" } ?? "–"
  }
}
