/// Precision, recall and F1 averaged over classes, each 0…1.
public struct AveragedMetrics: Sendable, Equatable, Codable {
  /// The share of the given labels that are right, 0...1.
  public let precision: Double
  /// The share of the true labels that were given, 0...1.
  public let recall: Double
  /// The harmonic mean of precision and recall, or the average of such means; 0...1.
  public let f1: Double

  init(precision: Double, recall: Double, f1: Double) {
    self.precision = precision
    self.recall = recall
    self.f1 = f1
  }

  /// The mean of `metrics` under `weights`; zeros when the weights sum to zero.
  init(_ metrics: [ClassMetrics], weights: [Double]) {
    let total = weights.reduce(0, +)
    func mean(_ value: (ClassMetrics) -> Double) -> Double {
      guard total > 0 else { return 0 }
      return zip(metrics, weights).reduce(0) { $0 + value($1.0) * $1.1 } / total
    }
    self.init(precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1))
  }
}
