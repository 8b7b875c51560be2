/// A sequence model's output for a text.
public struct SequencePrediction: Hashable, Sendable {
  /// Its tokens.
  public let tokens: [String]
  /// The same tokens as a text.
  public let text: String
  /// The log probability of all tokens and, if it ended, of its end, in nats.
  public let logProbability: Double
  /// Whether it ended by itself, not because of the length limit.
  public let hasEnded: Bool
  /// The number of source tokens, and how many of them are unknown.
  public let sourceTokenCount: Int, unknownCount: Int
}
