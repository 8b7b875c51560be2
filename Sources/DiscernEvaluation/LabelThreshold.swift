/// The least probability at which a label is given.
public enum LabelThreshold {
  /// What a label gets that cannot be tuned.
  public static let untuned: Float = 0.5

  /// The threshold with the best F1 when labels with `score >= threshold` are given.
  ///
  /// Only cuts between different scores matter; the threshold is the middle between the scores on either
  /// side (between the lowest and 0 where all are given). Of cuts with the same F1 the one whose
  /// threshold is nearest to 0.5 is taken, of two as near the higher one. A label that holds for no
  /// example has no best cut and gets 0.5. Cost: one sort.
  ///
  /// - Parameters:
  ///   - scores: probabilities, 0…1.
  ///   - isTrue: whether the label holds, for as many examples.
  public static func tuned(scores: [Float], isTrue: [Bool]) -> Float {
    precondition(scores.count == isTrue.count, "\(isTrue.count) flags for \(scores.count) scores")
    let positives = isTrue.count { $0 }
    if positives == 0 { return untuned }
    let ranked = zip(scores, isTrue).sorted { $0.0 > $1.0 }
    var best: (correct: Int, both: Int, threshold: Float)?
    var correct = 0
    for (index, (score, holds)) in ranked.enumerated() {
      correct += holds ? 1 : 0
      let next = index + 1 < ranked.count ? ranked[index + 1].0 : 0
      if index + 1 < ranked.count, next == score { continue }
      // F1 = 2 · correct / both; fractions are compared exactly.
      let both = index + 1 + positives
      let threshold = cut(above: next, upTo: score)
      if let found = best {
        let (mine, its) = (correct * found.both, found.correct * both)
        guard mine > its || mine == its && abs(threshold - untuned) < abs(found.threshold - untuned) else {
          continue
        }
      }
      best = (correct, both, threshold)
    }
    return best?.threshold ?? untuned
  }

  /// The middle of two scores, but above the lower one.
  private static func cut(above lower: Float, upTo upper: Float) -> Float {
    let middle = lower + (upper - lower) / 2
    return middle > lower ? middle : upper
  }
}
