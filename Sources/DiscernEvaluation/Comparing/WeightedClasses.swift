import DiscernSystem

/// `WeightedMeasures` of a single-label task.
struct WeightedClasses: Sendable {
  private let classCount: Int
  private let labels: [Int32]
  private let predicted: [Int32]
  /// [n] −ln p of the true class.
  private let losses: [Double]
  /// [n] the squared distance of the probabilities from the truth.
  private let distances: [Double]
  private let calibration: WeightedCalibration
  /// The rankings of the second of two classes, or of each of more; empty if rankings are not requested.
  private let rankings: [WeightedRanking]

  init(_ predictions: ProbabilisticPredictions, isRanked: Bool) {
    classCount = predictions.classCount
    labels = predictions.labels
    predicted = predictions.predictedLabels
    losses = predictions.losses
    distances = predictions.distances
    calibration = WeightedCalibration(
      confidences: predictions.confidences, isCorrect: zip(labels, predicted).map { $0 == $1 },
      decisionsOfExample: 1)
    let ranked = !isRanked ? 0..<0 : classCount == 2 ? 1..<2 : 0..<classCount
    rankings = ranked.map { column in
      let (scores, isPositive) = predictions.column(column)
      return WeightedRanking(scores: scores, isPositive: isPositive)
    }
  }

  /// In the order of `Measure.ofClasses`.
  func values(_ weights: [Int32]) -> [Double?] {
    var (correct, supports, given) = (
      [Int](repeating: 0, count: classCount), [Int](repeating: 0, count: classCount),
      [Int](repeating: 0, count: classCount)
    )
    var (total, loss, distance) = (0, 0.0, 0.0)
    for (row, weight) in weights.enumerated() where weight > 0 {
      let (label, prediction) = (Int(labels[row]), Int(predicted[row]))
      let count = Int(weight)
      total += count
      supports[label] += count
      given[prediction] += count
      if label == prediction { correct[label] += count }
      loss += Double(weight) * losses[row]
      distance += Double(weight) * distances[row]
    }
    let metrics = (0..<classCount).map {
      ClassMetrics(correct: correct[$0], support: supports[$0], predicted: given[$0])
    }
    let right = correct.reduce(0, +)
    let present = metrics.filter { $0.support > 0 }
    let macro = AveragedMetrics(metrics, weights: metrics.map { $0.isF1Undefined ? 0 : 1 })
    let weighted = AveragedMetrics(metrics, weights: metrics.map { Double($0.support) })
    let ranked = rankings.map { $0.values(weights) }
    return [
      Double(right) / Double(total),
      present.reduce(0) { $0 + $1.recall } / Double(present.count), macro.f1, weighted.f1,
      ConfusionMatrix.matthewsCorrelation(
        correct: right, total: total, supports: supports, predicted: given),
      Self.mean(ranked.map(\.rocAUC)), Self.mean(ranked.map(\.averagePrecision)), loss / Double(total),
      distance / Double(total) * (classCount < 3 ? 0.5 : 1), calibration.error(weights),
    ]
  }

  /// The mean of values; nil if there are none, or one of them is undefined.
  static func mean(_ values: [Double?]) -> Double? {
    let defined = values.compactMap { $0 }
    return defined.isEmpty || defined.count < values.count
      ? nil : defined.reduce(0, +) / Double(defined.count)
  }
}
