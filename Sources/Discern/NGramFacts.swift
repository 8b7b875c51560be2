import DiscernTraining

/// How the n-grams of a classifier were found, and what they reach alone.
public struct NGramFacts: Codable, Sendable {
  /// N-grams of the model; until it has learned from the development texts too, those without them.
  public internal(set) var features: Int
  /// Where n-grams are hashed: the share of them that have another one's number too, estimated.
  public let collisionRate: Double?
  /// By task: how they were weighted and fitted.
  public let choices: [NGramChoice]
  /// What they reach on development texts that they have not learned from, by task; with temperatures of
  /// their own, where the model has some.
  public let scores: [TaskScores]
}
