/// What a classifier judges a text by.
public enum ModelKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// Both of the others, their logits mixed: never much worse than the better one.
  case joined
  /// A linear model of n-grams of words and letters.
  case ngrams
  /// A recurrent network with attention.
  case recurrent

  /// Whether it has a network.
  public var hasNetwork: Bool { self != .ngrams }
  /// Whether it has n-grams.
  public var hasNGrams: Bool { self != .recurrent }
}
