/// The parts of a classifier.
public enum ModelKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// N-grams and a network, with their logits mixed: never much worse than the better one.
  case joined
  /// A linear model of n-grams of words and letters.
  case ngrams
  /// The network alone: a recurrent one with attention, or another `NetworkKind`.
  case recurrent
  /// A pretrained transformer.
  case transformer

  /// Whether it has a network.
  public var hasNetwork: Bool { self != .ngrams }
  /// Whether it has n-grams.
  public var hasNGrams: Bool { self == .joined || self == .ngrams }
}

/// The kind of network in a model.
public enum NetworkKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// Recurrent layers with attention.
  case recurrent
  /// Recurrent layers, and self-attention blocks over their states.
  case hybrid
  /// Self-attention blocks over words and their positions: a small transformer trained from scratch.
  case attention
  /// Recurrent layers with attention over the words of each sentence, and over the sentences.
  case hierarchical
  /// A pretrained transformer.
  case transformer
}
