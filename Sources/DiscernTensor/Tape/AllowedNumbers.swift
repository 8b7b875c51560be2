/// The numbers that a tensor may hold; operations rely on them, so they are checked when one is read from a
/// file.
package struct AllowedNumbers: Sendable, Hashable, CustomStringConvertible {
  private let range: ClosedRange<Double>
  private let areWhole: Bool

  package init(_ range: ClosedRange<Double>, areWhole: Bool = false) {
    self.range = range
    self.areWhole = areWhole
  }

  /// Every finite `Float`.
  package static let finite = AllowedNumbers(
    -Double(Float.greatestFiniteMagnitude)...Double(Float.greatestFiniteMagnitude))
  /// Every finite `Float` from 0 on.
  package static let notNegative = AllowedNumbers(0...Double(Float.greatestFiniteMagnitude))
  /// 0, 1, 2 and so on to a limit.
  package static func count(to limit: Int) -> AllowedNumbers {
    AllowedNumbers(0...Double(limit), areWhole: true)
  }

  /// False for NaN.
  package func contains(_ value: Double) -> Bool {
    range.contains(value) && (!areWhole || value == value.rounded())
  }

  package var description: String {
    areWhole
      ? "a whole number from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
      : "\(range.lowerBound) to \(range.upperBound)"
  }
}
