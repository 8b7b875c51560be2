import DiscernTraining

/// How the n-grams of a classifier were found, and what they reach alone.
public struct NGramFacts: Codable, Sendable {
  /// N-grams that were counted.
  public let features: Int
  /// By task: how they were weighted and fitted.
  public let choices: [NGramChoice]
  /// What they reach on development texts that they have not learned from, by task.
  public let scores: [TaskScores]
}
