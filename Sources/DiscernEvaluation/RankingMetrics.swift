/// Figures of how well a score ranks positive examples above negative ones.
///
/// Equal scores (bit for bit) are one threshold, as in scikit-learn.
public struct RankingMetrics: Sendable, Equatable {
  /// The area under the ROC curve: the share of (positive, negative) pairs in which the positive has the
  /// higher score, ties counting half (`roc_auc_score`). Nil unless there are positive and negative examples.
  public let rocAUC: Double?
  /// Σ (Rₖ − Rₖ₋₁)·Pₖ over the distinct scores, not interpolated (`average_precision_score`). Nil without a
  /// positive example, where scikit-learn warns and gives 0.
  public let averagePrecision: Double?

  /// Scores `scores[i]`, not NaN, of examples that are positive if `isPositive[i]`. Cost: one sort, O(n log
  /// n); 16 bytes per example.
  public init(scores: [Double], isPositive: [Bool]) {
    precondition(
      scores.count == isPositive.count,
      "expected a flag for each of \(scores.count) scores, got \(isPositive.count)")
    precondition(!scores.contains { $0.isNaN }, "a score is NaN, which has no rank")
    var ranked = zip(scores, isPositive).map { (score: $0, positive: $1) }
    ranked.sort { $0.score > $1.score }

    let positives = isPositive.reduce(0) { $1 ? $0 + 1 : $0 }
    let negatives = isPositive.count - positives
    // Whole numbers keep the area exact: twice the number of correctly ranked pairs.
    var twiceArea = 0
    var truePositives = 0
    var precisionSum = 0.0
    var index = 0
    while index < ranked.count {
      let start = index
      let score = ranked[index].score
      var positivesHere = 0
      while index < ranked.count, ranked[index].score == score {
        if ranked[index].positive { positivesHere += 1 }
        index += 1
      }
      let negativesHere = index - start - positivesHere
      twiceArea += negativesHere * (2 * truePositives + positivesHere)
      truePositives += positivesHere
      precisionSum += Double(positivesHere) * (Double(truePositives) / Double(index))
    }
    rocAUC =
      positives == 0 || negatives == 0
      ? nil : Double(twiceArea) / (2 * Double(positives) * Double(negatives))
    averagePrecision = positives == 0 ? nil : precisionSum / Double(positives)
  }

  init(rocAUC: Double?, averagePrecision: Double?) {
    self.rocAUC = rocAUC
    self.averagePrecision = averagePrecision
  }
}
