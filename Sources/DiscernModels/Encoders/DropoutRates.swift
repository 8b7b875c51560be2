/// The elements that dropout zeroes together.
public enum DropoutKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// A word's features: one mask for all its occurrences in a batch (Gal and Ghahramani 2016), so that a
  /// word's input projection is computed once. Between layers: each element separately.
  case word
  /// Each token's features separately.
  case element
  /// The same features in all tokens of a text (Gal and Ghahramani 2016; Merity et al. 2018).
  case locked
}

/// Where layers are normalised.
public enum LayerNormPlace: String, Codable, Hashable, Sendable, CaseIterable {
  /// On word vectors, before their dropout.
  case input
  /// On the output of every layer but the last, after its residual connection.
  case between
  /// On the last layer's output, before pooling.
  case output
}

/// The dropout rates of a training step.
public struct DropoutRates: Hashable, Sendable {
  /// The rate for features of word vectors.
  public var embedding: Float
  /// The rate for whole words.
  public var words: Float
  /// The rate at which known words are read by their letters instead of their own vectors.
  public var subwords: Float
  /// The rate for states between layers.
  public var layers: Float
  /// The rate for recurrent weights.
  public var weights: Float
  /// The rate for the pooled vector.
  public var output: Float

  /// Nothing is dropped.
  package static let nothing = DropoutRates(
    embedding: 0, words: 0, subwords: 0, layers: 0, weights: 0, output: 0)
}
