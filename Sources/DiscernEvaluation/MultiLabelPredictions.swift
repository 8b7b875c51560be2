import DiscernSystem

/// Multi-label probabilities with the true labels, checked once.
public struct MultiLabelPredictions: Sendable {
  /// The number of examples, n ≥ 1.
  public let exampleCount: Int
  /// The number of labels, C ≥ 1.
  public let labelCount: Int
  /// Probabilities, row-major [n, C].
  public let probabilities: [Float]
  /// Whether each example has each label, row-major [n, C].
  public let isTrue: [Bool]

  /// Probabilities, row-major [n, C], and each example's labels, [n] of ids in 0..<C. Throws if there are no
  /// examples or labels, if the sizes disagree, and for a label outside 0..<C or a probability that is not a
  /// number between 0 and 1. Cost: O(n·C), 5 bytes per probability.
  public init(
    probabilities: [Float], labelCount: Int, labels: [[Int32]]
  ) throws(EvaluationError) {
    guard !labels.isEmpty else { throw .noExamples }
    guard labelCount > 0 else { throw .noClasses }
    let (expected, overflow) = labels.count.multipliedReportingOverflow(by: labelCount)
    guard !overflow, probabilities.count == expected else {
      throw .probabilityCount(expected: overflow ? Int.max : expected, got: probabilities.count)
    }
    for (index, value) in probabilities.enumerated() {
      // Written so that NaN fails the condition.
      guard value >= 0, value <= 1 else {
        throw .probabilityOutOfRange(
          row: index / labelCount, column: index % labelCount, value: Double(value))
      }
    }
    var isTrue = [Bool](repeating: false, count: expected)
    for (row, ids) in labels.enumerated() {
      for id in ids {
        guard id >= 0, id < labelCount else {
          throw .labelOutOfRange(row: row, label: Int(id), classCount: labelCount)
        }
        isTrue[row * labelCount + Int(id)] = true
      }
    }
    exampleCount = labels.count
    self.labelCount = labelCount
    self.probabilities = probabilities
    self.isTrue = isTrue
  }

  /// The probabilities of one label, [n], and whether each example has it.
  package func column(_ label: Int) -> (scores: [Float], isTrue: [Bool]) {
    let places = stride(from: label, to: probabilities.count, by: labelCount)
    return (places.map { probabilities[$0] }, places.map { isTrue[$0] })
  }

  /// The confidence of all yes-or-no decisions, max(p, 1 − p), against how often they are right.
  /// Cost: O(n·C).
  public func calibration(binCount: Int = 15) -> CalibrationCurve {
    CalibrationCurve(
      confidences: confidences.values, isCorrect: confidences.isCorrect, binCount: binCount)
  }

  /// [n, C] max(p, 1 − p), and whether that decision is right.
  package var confidences: (values: [Double], isCorrect: [Bool]) {
    (
      probabilities.map { max(Double($0), 1 - Double($0)) },
      zip(probabilities, isTrue).map { ($0 >= LabelThreshold.untuned) == $1 }
    )
  }

  /// The mean over examples and labels of the binary cross-entropy, nats, with p clipped to ε…1−ε, where ε is
  /// the machine epsilon of `Float`, as in scikit-learn's `log_loss` of each label. Cost: O(n·C).
  public var logLoss: Double {
    var sum = 0.0
    for (value, holds) in zip(probabilities, isTrue) { sum += Self.loss(value, holds) }
    return sum / Double(probabilities.count)
  }

  /// [n] the mean cross-entropy over each example's labels.
  var losses: [Double] {
    (0..<exampleCount).map { row in
      (row * labelCount..<(row + 1) * labelCount).reduce(0.0) {
        $0 + Self.loss(probabilities[$1], isTrue[$1])
      } / Double(labelCount)
    }
  }

  private static func loss(_ value: Float, _ holds: Bool) -> Double {
    let clipping = Double(Float.ulpOfOne)
    let probability = min(max(Double(value), clipping), 1 - clipping)
    return -log(holds ? probability : 1 - probability)
  }
}
