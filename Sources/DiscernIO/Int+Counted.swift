extension Int {
  /// The number with commas between groups of three digits: 25000 as "25,000".
  package var grouped: String {
    var digits = String(magnitude)
    var result = ""
    while digits.count > 3 {
      result = "," + digits.suffix(3) + result
      digits.removeLast(3)
    }
    return (self < 0 ? "-" : "") + digits + result
  }

  /// The number and its noun: `1 row`, `2,000 rows`.
  package func counted(_ noun: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}
