import DiscernIO

/// Refuses numbers of a saved state that training cannot produce, by the names of their keys.
enum StateCheck {
  /// Of counts and seconds: far above all that are, far below overflow.
  static let limit = 0x1p40
  /// Of sums: as many again may be added.
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
