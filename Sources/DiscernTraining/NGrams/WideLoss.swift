import DiscernCorpus
import DiscernEvaluation
import DiscernModels

/// The log loss of logits for a head, text by text.
enum WideLoss {
  /// The loss of each text whose labels are known, in order; for classes, at the temperature that fits best,
  /// so that candidates do not differ merely by their confidence.
  ///
  /// - Parameter logits: [texts, outputs]
  static func losses(_ logits: [Float], _ labels: TaskLabels, _ head: HeadConfiguration) -> [Double] {
    let outputs = head.outputCount
    let known = labels.known
    switch head.kind {
    case .classes:
      let rows = known.flatMap { logits[$0 * outputs..<($0 + 1) * outputs] }
      let numbers = known.map { labels.numbers[$0] }
      let temperature = TemperatureScaling.temperature(
        logits: rows, classCount: outputs, labels: numbers)
      let scale = Float(1 / (temperature ?? 1))
      return known.indices.map { row in
        var scores = rows[row * outputs..<(row + 1) * outputs].map { $0 * scale }
        let own = Double(scores[Int(numbers[row])])
        return scores.withUnsafeMutableBufferPointer { WideMath.logOfSum($0) } - own
      }
    case .labels:
      return known.map { row in
        var sum = 0.0
        for label in 0..<outputs { sum += WideMath.softplus(Double(logits[row * outputs + label])) }
        for label in labels.ids(row) ?? [] { sum -= Double(logits[row * outputs + Int(label)]) }
        return sum
      }
    }
  }

  /// The candidate with the least mean loss if it is better than the first by more than a standard error of
  /// the difference; otherwise the first.
  ///
  /// - Parameter losses: by candidate, of the same texts.
  static func best(_ losses: [[Double]]) -> Int {
    let means = losses.map(mean)
    guard let best = means.indices.min(by: { means[$0] < means[$1] }), best > 0 else { return 0 }
    let differences = zip(losses[0], losses[best]).map { $0 - $1 }
    let difference = mean(differences)
    let count = Double(max(1, differences.count))
    let variance = mean(differences.map { ($0 - difference) * ($0 - difference) })
    return difference > (variance / count).squareRoot() ? best : 0
  }

  static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }
}
