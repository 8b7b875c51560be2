/// A language model's continuation of a text.
public struct GeneratedText: Hashable, Sendable {
  /// The words of the text as the model read them; `<unk>` for unknown ones.
  public let prompt: [String]
  /// The words that follow.
  public let words: [String]
  /// Whether the text ended by itself, not because of the length limit.
  public let hasEnded: Bool
  /// The log probability of the continuation in nats, before temperature and other sampling settings.
  public let logProbability: Double

  /// The words that follow, with spaces between them.
  public var text: String { words.joined(separator: " ") }
}
