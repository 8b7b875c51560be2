import DiscernEvaluation
import DiscernSystem

/// Numbers as shown on a page.
package enum Figure {
  /// Four decimals; a dash if undefined.
  package static func text(_ value: Double?) -> String {
    value.map { String(format: "%.4f", $0).replacing("-", with: "\u{2212}") } ?? "–"
  }

  /// With thin spaces between groups of three digits.
  static func grouped(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var result = ""
    while digits.count > 3 {
      result = "\u{202F}" + digits.suffix(3) + result
      digits.removeLast(3)
    }
    return (value < 0 ? "\u{2212}" : "") + digits + result
  }

  static func percent(_ share: Double, digits: Int = 1) -> String {
    String(format: "%.\(digits)f %%", 100 * share)
  }

  static func interval(_ interval: ConfidenceInterval?) -> String {
    interval.map { "\(text($0.low)) – \(text($0.high))" } ?? "–"
  }
}
