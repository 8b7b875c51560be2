import DiscernTraining

/// How the n-grams of a classifier were chosen, and the scores of the n-grams alone.
public struct NGramFacts: Codable, Sendable {
  /// The number of n-grams in the model; until it is also trained on the development texts, without theirs.
  public internal(set) var features: Int
  /// For hashed n-grams: the estimated share that collide with another one.
  public let collisionRate: Double?
  /// By task: how they were weighted and fitted.
  public let choices: [NGramChoice]
  /// The scores on development texts on which they were not trained, by task; with their own temperatures
  /// if the model is calibrated.
  public let scores: [TaskScores]
}
