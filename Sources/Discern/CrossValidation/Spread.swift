/// The mean and deviation of several measurements of a figure.
public struct Spread: Hashable, Sendable, Encodable {
  /// The mean.
  public let mean: Double
  /// The standard deviation of a sample (n − 1); 0 for a single measurement.
  public let deviation: Double

  /// - Parameter values: at least one.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "nothing was measured")
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    deviation =
      (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count - 1))).squareRoot()
  }
}
