import DiscernModels
import DiscernTraining

/// A classifier's score on its development texts, by which searches compare trials.
public struct DevelopmentScore: Hashable, Sendable, Codable {
  /// The monitored metric; higher is better.
  public let score: Double
  /// The mean cross-entropy in nats.
  public let loss: Double
  /// The number of texts on which it was measured.
  public let texts: Int

  /// The uncertainty of the score on another sample of this size: the standard error of a share, or 2 % of a
  /// loss.
  public var standardError: Double {
    guard score >= 0, score <= 1, texts > 0 else { return abs(score) / 50 }
    return (score * (1 - score) / Double(texts)).squareRoot()
  }

  /// Whether this one is better: a higher score or, if equal, a lower loss.
  public func isBetter(than other: DevelopmentScore) -> Bool {
    score != other.score ? score > other.score : loss < other.loss
  }
}

extension TextClassifier {
  /// The whole model's score in training; `nil` if it is not known, or not a number.
  public var developmentScore: DevelopmentScore? {
    let tasks = developmentScores
    if tasks.isEmpty { return nil }
    let multiLabel = self.tasks.filter { $0.thresholds != nil }.map(\.name)
    let scores = CombinedScores(
      tasks, isMultiLabel: tasks.map { multiLabel.contains($0.task) }, record.recipe.options)
    let (score, loss) = scores.watched
    guard score.isFinite, loss.isFinite else { return nil }
    return DevelopmentScore(score: score, loss: loss, texts: record.developmentTextCount)
  }

  /// The scores by task; empty if not known.
  package var developmentScores: [TaskScores] {
    if let together = record.together { return together }
    guard let best = record.runs.first?.best else { return [] }
    return best.tasks ?? [TaskScores(task: tasks[0].name, best)]
  }
}
