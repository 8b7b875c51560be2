import DiscernSystem

/// Sums of numbers given by their logarithms.
enum LogSpace {
  /// log Σ exp x.
  static func logOfSum(_ values: [Double]) -> Double {
    let largest = values.max() ?? 0
    return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
  }

  /// log(1 + exp x).
  static func logOfOnePlusExp(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}
