import DiscernEvaluation
import DiscernTraining

extension TrainingHint {
  /// The share of unknown tokens above which there is a hint.
  private static let mostTokens = 0.5

  /// The hints from a matcher's figures, if its training ended by itself.
  static func hints(
    of record: MatchRecord, _ training: MatchExamples, _ heldOut: MatchExamples, _ options: MatchOptions,
    isPretrained: Bool
  ) -> [TrainingHint] {
    guard record.outcome.isNormal, let scores = record.scores else { return [] }
    var hints: [TrainingHint] = []
    if isPretrained, record.data.unknownShare > mostTokens {
      hints.append(.unknownTokens(share: record.data.unknownShare))
    }
    var hasVectors = false
    if case .vectors = training.partners { hasVectors = true }
    if hasVectors, Set(training.rightKeys).count == 1 { return hints + [.equalVectors] }
    let (recall, chance) = (scores.recall(at: 1), heldOut.chance)
    if isNear(chance, recall, queries: scores.queryCount) {
      hints.append(
        .recallNearChance(
          recall: recall, chance: chance, batchSize: options.pairsPerBatch,
          temperature: options.firstTemperature, isPretrained: isPretrained, hasVectors: hasVectors))
    }
    return hints
  }

  /// Whether a recall is within two standard errors of chance, or hardly above it.
  ///
  /// - Parameter chance: 0...1; if every candidate is right, recall is not informative.
  package static func isNear(_ chance: Double, _ recall: Double, queries: Int) -> Bool {
    guard chance < 1, queries > 0 else { return false }
    let variance = chance * (1 - chance)
    return recall - chance <= max(2 * (variance / Double(queries)).squareRoot(), variance / 2)
  }
}
