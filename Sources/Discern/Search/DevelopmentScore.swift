import DiscernModels
import DiscernTraining

/// What a classifier reaches on its development texts, as searches compare it.
public struct DevelopmentScore: Hashable, Sendable, Codable {
  /// The monitored metric; what is to rise.
  public let score: Double
  /// The mean cross-entropy, nats.
  public let loss: Double
  /// How many texts it was measured on.
  public let texts: Int

  /// How far the score of as many other texts may be from this one: of a share of texts its standard error,
  /// of a loss two hundredths of it.
  public var standardError: Double {
    guard score >= 0, score <= 1, texts > 0 else { return abs(score) / 50 }
    return (score * (1 - score) / Double(texts)).squareRoot()
  }

  /// Whether this one is to be preferred: a higher score, or of equal ones a lower loss.
  public func isBetter(than other: DevelopmentScore) -> Bool {
    score != other.score ? score > other.score : loss < other.loss
  }
}

extension TextClassifier {
  /// What the whole model reached when it was trained; `nil` where that is not known, or is no number.
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

  /// The same by task; empty where that is not known.
  package var developmentScores: [TaskScores] {
    if let together = record.together { return together }
    guard let best = record.runs.first?.best else { return [] }
    return best.tasks ?? [TaskScores(task: tasks[0].name, best)]
  }
}
