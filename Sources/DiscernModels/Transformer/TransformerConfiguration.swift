/// The shape of a transformer encoder of BERT's family (Vaswani et al. 2017; Devlin et al. 2019), with the
/// exact GELU between the two products of a block.
package struct TransformerConfiguration: Sendable, Hashable {
  /// How a text's vector comes of its tokens'.
  package enum Pooling: Sendable, Hashable {
    /// The first token's, `[CLS]`.
    case first
    case mean
    case max
  }

  package let vocabularySize: Int
  /// F
  package let hiddenSize: Int
  package let layerCount: Int
  package let headCount: Int
  /// Between a block's two products.
  package let innerSize: Int
  /// The longest text, in tokens.
  package let positionCount: Int
  /// Kinds of tokens, of which texts have the first; 0: there are none.
  package let kindCount: Int
  /// Of the norms.
  package let epsilon: Float

  package init(
    vocabularySize: Int, hiddenSize: Int, layerCount: Int, headCount: Int, innerSize: Int,
    positionCount: Int, kindCount: Int, epsilon: Float
  ) {
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.innerSize = innerSize
    self.positionCount = positionCount
    self.kindCount = kindCount
    self.epsilon = epsilon
  }
}
