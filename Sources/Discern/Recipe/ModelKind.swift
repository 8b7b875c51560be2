/// What a classifier judges a text by.
public enum ModelKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// N-grams and a network, their logits mixed: never much worse than the better one.
  case joined
  /// A linear model of n-grams of words and letters.
  case ngrams
  /// The network alone: a recurrent one with attention, or what `NetworkKind` says.
  case recurrent
  /// A pretrained transformer.
  case transformer

  /// Whether it has a network.
  public var hasNetwork: Bool { self != .ngrams }
  /// Whether it has n-grams.
  public var hasNGrams: Bool { self == .joined || self == .ngrams }
}

/// What kind of network a model has.
public enum NetworkKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// Recurrent layers with attention.
  case recurrent
  /// Recurrent layers, and blocks of self-attention over their states.
  case hybrid
  /// Blocks of self-attention over words and their places: a small transformer of one's own.
  case attention
  /// Recurrent layers with attention over the words of each sentence, and over the sentences.
  case hierarchical
  /// A pretrained transformer.
  case transformer
}
