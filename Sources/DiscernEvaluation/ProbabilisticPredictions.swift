import DiscernSystem

/// Class probabilities with the true labels, checked once, and their figures.
public struct ProbabilisticPredictions: Sendable {
  /// The number of examples, n ≥ 1.
  public let exampleCount: Int
  /// The number of classes, C ≥ 1.
  public let classCount: Int
  /// Probabilities, row-major [n, C].
  public let probabilities: [Double]
  /// True labels, [n], each in 0..<C.
  public let labels: [Int32]
  /// The predicted labels, [n]: the first of the largest probabilities of each row.
  public let predictedLabels: [Int32]

  // The log loss clips by the precision of the given probabilities, as in scikit-learn.
  private let clipping: Double

  /// The rounding error allowed in the sum of a row, and in a probability above 1.
  private static let tolerance = 1e-3

  /// Probabilities, row-major [n, C], and true labels, [n]. Throws if there are no examples or classes, if
  /// the sizes disagree, and for a label outside 0..<C, a probability that is not a number between 0 and 1,
  /// or a row that does not sum to 1 (within 0.001). Cost: O(n·C), 8 bytes per probability.
  public init(
    probabilities: [Float], classCount: Int, labels: [Int32]
  ) throws(EvaluationError) {
    try self.init(
      checking: probabilities.map(Double.init), classCount: classCount, labels: labels,
      clipping: Double(Float.ulpOfOne))
  }

  /// The same from probabilities in double precision.
  public init(
    probabilities: [Double], classCount: Int, labels: [Int32]
  ) throws(EvaluationError) {
    try self.init(
      checking: probabilities, classCount: classCount, labels: labels, clipping: Double.ulpOfOne)
  }

  private init(
    checking probabilities: [Double], classCount: Int, labels: [Int32], clipping: Double
  ) throws(EvaluationError) {
    guard !labels.isEmpty else { throw .noExamples }
    guard classCount > 0 else { throw .noClasses }
    let (expected, overflow) = labels.count.multipliedReportingOverflow(by: classCount)
    guard !overflow, probabilities.count == expected else {
      throw .probabilityCount(expected: overflow ? Int.max : expected, got: probabilities.count)
    }
    var predicted: [Int32] = []
    predicted.reserveCapacity(labels.count)
    for (row, label) in labels.enumerated() {
      guard label >= 0, label < classCount else {
        throw .labelOutOfRange(row: row, label: Int(label), classCount: classCount)
      }
      var sum = 0.0
      var best = 0
      for column in 0..<classCount {
        let value = probabilities[row * classCount + column]
        // Written so that NaN fails the condition.
        guard value >= 0, value <= 1 + Self.tolerance else {
          throw .probabilityOutOfRange(row: row, column: column, value: value)
        }
        sum += value
        if value > probabilities[row * classCount + best] { best = column }
      }
      guard abs(sum - 1) <= Self.tolerance else { throw .probabilitySum(row: row, sum: sum) }
      predicted.append(Int32(best))
    }
    exampleCount = labels.count
    self.classCount = classCount
    self.probabilities = probabilities
    self.labels = labels
    predictedLabels = predicted
    self.clipping = clipping
  }
}

extension ProbabilisticPredictions {
  /// Counts of true against predicted classes. Cost: O(n + C²).
  public var confusionMatrix: ConfusionMatrix {
    var matrix = ConfusionMatrix(classCount: classCount)
    for (label, predicted) in zip(labels, predictedLabels) {
      matrix.add(trueClass: Int(label), predictedClass: Int(predicted))
    }
    return matrix
  }

  /// The mean of −ln p(true class), with p clipped to ε…1−ε, where ε is the machine epsilon of the precision
  /// in which the probabilities were given (`log_loss`). Cost: O(n).
  public var logLoss: Double { losses.reduce(0, +) / Double(exampleCount) }

  /// [n] each example's loss.
  var losses: [Double] {
    labels.enumerated().map { row, label in
      -log(min(max(probabilities[row * classCount + Int(label)], clipping), 1 - clipping))
    }
  }

  /// The mean squared distance of the probabilities from the truth (Brier 1950), halved for fewer
  /// than three classes, so 0…1 there and 0…2 otherwise (`brier_score_loss`). Cost: O(n·C).
  public var brierScore: Double {
    distances.reduce(0, +) / Double(exampleCount) * (classCount < 3 ? 0.5 : 1)
  }

  /// [n] the squared distance of each example's probabilities from the truth.
  var distances: [Double] {
    labels.enumerated().map { row, label in
      (0..<classCount).reduce(0) { sum, column in
        let difference = probabilities[row * classCount + column] - (column == Int(label) ? 1 : 0)
        return sum + difference * difference
      }
    }
  }

  /// [n] the probability of each prediction, at most 1.
  package var confidences: [Double] {
    (0..<exampleCount).map { min(probabilities[$0 * classCount + Int(predictedLabels[$0])], 1) }
  }

  /// The probabilities of one class, [n], and whether it is the true one.
  package func column(_ column: Int) -> (scores: [Double], isTrue: [Bool]) {
    precondition((0..<classCount).contains(column), "no class \(column) among \(classCount)")
    return (
      (0..<exampleCount).map { probabilities[$0 * classCount + column] }, labels.map { $0 == column }
    )
  }

  /// The share of examples whose true class is among the `k` most probable ones. Among equal probabilities,
  /// the lower class comes first, so that `k` = 1 is the accuracy (scikit-learn's `top_k_accuracy_score` puts
  /// the higher class first). Cost: O(n·C).
  public func topAccuracy(_ k: Int) -> Double {
    precondition(k > 0, "expected k ≥ 1, got \(k)")
    var hits = 0
    for (row, label) in labels.enumerated() {
      let start = row * classCount
      let own = probabilities[start + Int(label)]
      var before = 0
      for column in 0..<classCount {
        let other = probabilities[start + column]
        if other > own || (other == own && column < label) { before += 1 }
      }
      if before < k { hits += 1 }
    }
    return Double(hits) / Double(exampleCount)
  }

  /// ROC-AUC and average precision of one class against all others, by that class's probability.
  /// Cost: O(n log n).
  public func ranking(ofClass column: Int) -> RankingMetrics {
    let (scores, isPositive) = self.column(column)
    return RankingMetrics(scores: scores, isPositive: isPositive)
  }

  /// The confidence of the predictions against how often they are right. Cost: O(n).
  public func calibration(binCount: Int = 15) -> CalibrationCurve {
    CalibrationCurve(
      confidences: confidences,
      isCorrect: zip(labels, predictedLabels).map { $0 == $1 }, binCount: binCount)
  }
}
