/// What a language model goes on with behind a text.
public struct GeneratedText: Hashable, Sendable {
  /// The words of the text as the model read them; `<unk>` for those that it does not know.
  public let prompt: [String]
  /// The words that follow.
  public let words: [String]
  /// Whether the text ended by itself, not because it had become as long as it may.
  public let hasEnded: Bool
  /// The log probability of all that followed, nats, before temperature and the like.
  public let logProbability: Double

  /// The words that follow, with spaces between them.
  public var text: String { words.joined(separator: " ") }
}
