/// The results of each threshold on a score: the points of the ROC and of the precision-recall curve.
package struct ThresholdCurve: Sendable, Equatable {
  /// The counts if scores of at least `threshold` are positive.
  package struct Point: Sendable, Equatable {
    package let threshold: Double
    package let truePositives: Int
    package let falsePositives: Int
  }

  /// From the highest threshold to the lowest, one for each score that occurs.
  package let points: [Point]
  package let positives: Int
  package let negatives: Int

  /// The curve of scores; equal ones (bit for bit) are one threshold. Cost: one sort.
  package init(scores: [Double], isPositive: [Bool]) {
    precondition(scores.count == isPositive.count, "a flag for each score")
    let order = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
    var points: [Point] = []
    var (truePositives, falsePositives) = (0, 0)
    for (place, row) in order.enumerated() {
      if isPositive[row] { truePositives += 1 } else { falsePositives += 1 }
      if place == order.count - 1 || scores[order[place + 1]] != scores[row] {
        points.append(
          Point(threshold: scores[row], truePositives: truePositives, falsePositives: falsePositives))
      }
    }
    self.points = points
    positives = truePositives
    negatives = falsePositives
  }

  /// The true-positive rate against the false-positive rate, from (0, 0) to (1, 1) (`roc_curve` with all
  /// thresholds); nil unless there are positive and negative examples.
  package var roc: [(x: Double, y: Double)]? {
    guard positives > 0, negatives > 0 else { return nil }
    return [(0, 0)]
      + points.map {
        (Double($0.falsePositives) / Double(negatives), Double($0.truePositives) / Double(positives))
      }
  }

  /// Precision against recall, from the highest threshold on (`precision_recall_curve`, in the other order
  /// and without its last point); nil without a positive example.
  package var precisionRecall: [(x: Double, y: Double)]? {
    guard positives > 0 else { return nil }
    return points.map {
      (
        Double($0.truePositives) / Double(positives),
        Double($0.truePositives) / Double($0.truePositives + $0.falsePositives)
      )
    }
  }
}
