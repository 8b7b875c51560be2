/// What a sequence model writes of a text.
public struct SequencePrediction: Hashable, Sendable {
  /// Its tokens.
  public let tokens: [String]
  /// The same as a text.
  public let text: String
  /// The log probability of all tokens and, if it ended, its end; nats.
  public let logProbability: Double
  /// Whether it ended by itself, not because it had become as long as it may.
  public let hasEnded: Bool
  /// Tokens that were read, and how many of them the model does not know.
  public let sourceTokenCount: Int, unknownCount: Int
}
