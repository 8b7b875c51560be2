import DiscernIO

/// Rejects numbers of a saved state that training cannot produce; the errors name their keys.
enum StateCheck {
  /// The limit of counts and seconds: far above any real value, far below overflow.
  static let limit = 0x1p40
  /// The limit of sums: adding two of them cannot overflow.
  static let largest = 1e300

  static func require(
    _ holds: Bool, _ key: String, _ value: some Any, _ expected: String
  ) throws(TrainingError) {
    if !holds {
      throw .unusableState(
        reason: "content.state.\(DisplayText.escaped("\(key) is \(value)")), expected \(expected)")
    }
  }

  static func count(_ value: Int, _ key: String) throws(TrainingError) {
    try require((0...Int(limit)).contains(value), key, value, "0 to 2^40")
  }

  static func number(_ value: Double, _ key: String, _ range: ClosedRange<Double>) throws(TrainingError) {
    try require(range.contains(value), key, value, "\(range.lowerBound) to \(range.upperBound)")
  }

  static func sum(_ value: Double, _ key: String) throws(TrainingError) {
    try number(value, key, -largest...largest)
  }
}
