import DiscernSystem

/// Calibration by one number (Guo, Pleiss, Sun and Weinberger 2017, section 4.2): probabilities are
/// softmax(logits / T), with the T > 0 that has the smallest log loss on held-out texts. The order of the
/// classes is unchanged.
public enum TemperatureScaling {
  /// The range of temperatures.
  public static let range = 0.05...20.0

  /// The temperature of logits, row-major [n, C], for the true labels, [n], each in 0..<C.
  ///
  /// The log loss is convex in β = 1/T with the derivative mean(Σ p z − z_y), so Newton's method with a
  /// bracket finds its minimum. `nil` if there is none in `range`, because every text is right, so that more
  /// confidence is always better (all of one class, for instance), or because the logits are unrelated to the
  /// labels; also for no texts or logits that are not finite. Cost: about ten passes of O(n·C), in double
  /// precision.
  public static func temperature(logits: [Float], classCount: Int, labels: [Int32]) -> Double? {
    precondition(
      logits.count == classCount * labels.count,
      "expected \(classCount) × \(labels.count) logits, got \(logits.count)")
    guard !labels.isEmpty, logits.allSatisfy(\.isFinite) else { return nil }
    var powers = [Double](repeating: 0, count: classCount)

    /// First and second derivative of the mean log loss by β.
    func derivatives(_ beta: Double) -> (slope: Double, curvature: Double) {
      var slope = 0.0
      var curvature = 0.0
      for (row, label) in labels.enumerated() {
        let start = row * classCount
        var largest = -Double.infinity
        for column in 0..<classCount { largest = max(largest, Double(logits[start + column])) }
        // Relative to the largest logit, which does not affect the derivatives.
        var (sum, first, second) = (0.0, 0.0, 0.0)
        for column in 0..<classCount {
          let logit = Double(logits[start + column]) - largest
          powers[column] = exp(beta * logit)
          sum += powers[column]
          first += powers[column] * logit
        }
        let mean = first / sum
        for column in 0..<classCount {
          let distance = Double(logits[start + column]) - largest - mean
          second += powers[column] * distance * distance
        }
        slope += mean - (Double(logits[start + Int(label)]) - largest)
        curvature += second / sum
      }
      return (slope / Double(labels.count), curvature / Double(labels.count))
    }

    var (low, high) = (1 / range.upperBound, 1 / range.lowerBound)
    guard derivatives(low).slope < 0, derivatives(high).slope > 0 else { return nil }
    var beta = 1.0
    for _ in 0..<100 {
      let (slope, curvature) = derivatives(beta)
      if slope == 0 { break }
      if slope < 0 { low = beta } else { high = beta }
      var next = beta - slope / curvature
      // Written so that NaN fails the condition.
      if !(next > low && next < high) { next = (low + high) / 2 }
      let step = abs(next - beta)
      beta = next
      if step <= 1e-12 * beta { break }
    }
    return 1 / beta
  }

  /// The same for a multi-label task: sigmoid(logit / T) for each label.
  ///
  /// - Parameters: those of all examples and labels, in the same order.
  public static func temperature(logits: [Float], isTrue: [Bool]) -> Double? {
    // A sigmoid is the softmax of the logit and zero.
    temperature(
      logits: logits.flatMap { [$0, 0] }, classCount: 2, labels: isTrue.map { $0 ? 0 : 1 })
  }
}
