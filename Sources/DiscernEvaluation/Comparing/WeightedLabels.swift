import DiscernSystem

/// `WeightedMeasures` of a multi-label task.
struct WeightedLabels: Sendable {
  /// A label that an example has or was given.
  private struct Decision {
    let label: Int32
    let isTrue: Bool
    let isGiven: Bool
  }

  private let labelCount: Int
  private let decisions: [Decision]
  /// [n + 1] the start of each example's decisions, and the end of the last.
  private let starts: [Int32]
  /// [n] the mean cross-entropy of each example's labels.
  private let losses: [Double]
  private let calibration: WeightedCalibration
  private let rankings: [WeightedRanking]

  init(_ predictions: MultiLabelPredictions, thresholds: [Float]?, isRanked: Bool) {
    labelCount = predictions.labelCount
    var decisions: [Decision] = []
    var starts: [Int32] = [0]
    for row in 0..<predictions.exampleCount {
      for label in 0..<labelCount {
        let place = row * labelCount + label
        let isGiven = predictions.probabilities[place] >= thresholds?[label] ?? LabelThreshold.untuned
        if predictions.isTrue[place] || isGiven {
          decisions.append(
            Decision(label: Int32(label), isTrue: predictions.isTrue[place], isGiven: isGiven))
        }
      }
      starts.append(Int32(decisions.count))
    }
    self.decisions = decisions
    self.starts = starts
    losses = predictions.losses
    let (confidences, isCorrect) = predictions.confidences
    calibration = WeightedCalibration(
      confidences: confidences, isCorrect: isCorrect, decisionsOfExample: labelCount)
    rankings = (isRanked ? 0..<labelCount : 0..<0).map { label in
      let (scores, isTrue) = predictions.column(label)
      return WeightedRanking(scores: scores.map { Double($0) }, isPositive: isTrue)
    }
  }

  /// In the order of `Measure.ofLabels`.
  func values(_ weights: [Int32]) -> [Double?] {
    var (correct, supports, given) = (
      [Int](repeating: 0, count: labelCount), [Int](repeating: 0, count: labelCount),
      [Int](repeating: 0, count: labelCount)
    )
    var (total, exact, wrong) = (0, 0, 0)
    var (samples, loss) = (0.0, 0.0)
    for (row, weight) in weights.enumerated() where weight > 0 {
      let count = Int(weight)
      var (both, right) = (0, 0)
      for decision in decisions[Int(starts[row])..<Int(starts[row + 1])] {
        let label = Int(decision.label)
        both += (decision.isTrue ? 1 : 0) + (decision.isGiven ? 1 : 0)
        if decision.isTrue { supports[label] += count }
        if decision.isGiven { given[label] += count }
        if decision.isTrue && decision.isGiven {
          correct[label] += count
          right += 1
        }
      }
      total += count
      exact += both == 2 * right ? count : 0
      wrong += (both - 2 * right) * count
      samples += both == 0 ? 0 : Double(weight) * (2 * Double(right) / Double(both))
      loss += Double(weight) * losses[row]
    }
    let metrics = (0..<labelCount).map {
      ClassMetrics(correct: correct[$0], support: supports[$0], predicted: given[$0])
    }
    let all = ClassMetrics(
      correct: correct.reduce(0, +), support: supports.reduce(0, +), predicted: given.reduce(0, +))
    let ranked = rankings.map { $0.values(weights) }
    return [
      Double(exact) / Double(total), all.f1,
      metrics.reduce(0) { $0 + $1.f1 } / Double(labelCount), samples / Double(total),
      Double(wrong) / Double(total * labelCount), WeightedClasses.mean(ranked.map(\.rocAUC)),
      WeightedClasses.mean(ranked.map(\.averagePrecision)), loss / Double(total), calibration.error(weights),
    ]
  }
}
