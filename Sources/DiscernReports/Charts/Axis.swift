import DiscernSystem

/// A range of numbers with ticks at round values.
package struct Axis {
  package let low: Double
  package let high: Double
  package let ticks: [Double]
  private let step: Double

  /// - Parameters:
  ///   - values: values that it must include; those that are not finite are ignored.
  ///   - count: the approximate number of ticks.
  package init(_ values: some Sequence<Double>, count: Int = 4, isWhole: Bool = false) {
    let finite = values.filter(\.isFinite)
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    // Beyond these bounds, lines cannot be distinguished anyway.
    (low, high) = (max(low, -1e12), min(high, 1e12))
    if !(high > low) { (low, high) = (low - (isWhole ? 0 : 0.5), low + (isWhole ? 1 : 0.5)) }
    var step = Self.round((high - low) / Double(count))
    if isWhole { step = max(1, step.rounded()) }
    self.low = isWhole ? low : (low / step).rounded(.down) * step
    self.high = isWhole ? high : (high / step).rounded(.up) * step
    let first = Int((self.low / step).rounded(.up))
    let last = max(first, min(first + 4 * count, Int((self.high / step + 1e-9).rounded(.down))))
    ticks = (first...last).map { Double($0) * step }
    self.step = step
  }

  /// From 0 to 1.
  package static var unit: Axis { Axis([0, 1], count: 5) }

  /// 1, 2 or 5 times a power of ten, at least `value`.
  private static func round(_ value: Double) -> Double {
    let power = pow(10, log10(value).rounded(.down))
    return power * ([1, 2, 5].first { value <= $0 * power * (1 + 1e-9) } ?? 10)
  }

  /// The position of a value on the axis, 0 to 1.
  package func share(_ value: Double) -> Double { min(max((value - low) / (high - low), 0), 1) }

  package func label(_ tick: Double) -> String {
    let size = max(abs(low), abs(high))
    if size >= 100_000 || size < 0.001 {
      return String(format: "%.0e", tick).replacing("-", with: "\u{2212}")
    }
    let digits = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
    let text = String(format: "%.\(digits)f", tick)
    return (text.hasPrefix("-") && Double(text) == 0 ? String(text.dropFirst()) : text)
      .replacing("-", with: "\u{2212}")
  }
}
