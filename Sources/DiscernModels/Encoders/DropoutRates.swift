/// The elements that dropout zeroes together.
public enum DropoutKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// A word's features: one mask for all its occurrences in a batch (Gal and Ghahramani 2016), so that a
  /// word's input projection is computed once. Between layers: each element by itself.
  case word
  /// Each token's features by themselves.
  case element
  /// The same features in all tokens of a text (Gal and Ghahramani 2016; Merity et al. 2018).
  case locked
}

/// Where layers are normalised.
public enum LayerNormPlace: String, Codable, Hashable, Sendable, CaseIterable {
  /// On word vectors, before their dropout.
  case input
  /// On each layer's output but the last one's, after its residual connection.
  case between
  /// On the last layer's output, before the pooling.
  case output
}

/// The dropout rates of a training step.
public struct DropoutRates: Hashable, Sendable {
  /// Of word vectors' features.
  public var embedding: Float
  /// Of whole words.
  public var words: Float
  /// Of known words' own vectors, whose letters are read instead.
  public var subwords: Float
  /// Of states between layers.
  public var layers: Float
  /// Of the recurrent weights.
  public var weights: Float
  /// Of the pooled vector.
  public var output: Float

  /// Nothing is dropped.
  package static let nothing = DropoutRates(
    embedding: 0, words: 0, subwords: 0, layers: 0, weights: 0, output: 0)
}
