import DiscernSystem

/// The functions of the convex problems, in double precision.
enum WideMath {
  /// ln(a / b) of two shares.
  static func logRatio(_ a: Double, _ b: Double) -> Double { log(a / b) }

  /// x ln x, which is 0 at 0.
  static func entropyTerm(_ x: Double) -> Double { x > 0 ? x * log(x) : 0 }

  /// ln(1 + e^x)
  static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  /// ln Σ e^x
  static func logOfSum(_ values: UnsafeMutableBufferPointer<Float>) -> Double {
    let largest = Double(values.max() ?? 0)
    return largest + log(values.reduce(0) { $0 + exp(Double($1) - largest) })
  }
}
