/// The shape of a transformer encoder of the BERT family (Vaswani et al. 2017; Devlin et al. 2019), with the
/// exact GELU between the two linear layers of a block, and which of its layers are trained.
public struct TransformerConfiguration: Sendable, Hashable, Codable {
  /// The pooling of tokens' vectors into a text's vector.
  public enum Pooling: String, Sendable, Hashable, Codable {
    /// The vector of the first token, `[CLS]`.
    case first
    /// The mean of all tokens' vectors.
    case mean
    /// The largest value of each feature.
    case max
  }

  /// F, the number of features of a token and of a text.
  public let hiddenSize: Int
  /// The number of stacked blocks.
  public let layerCount: Int
  /// Attention heads; F is a multiple of them.
  public let headCount: Int
  /// The number of features between a block's two linear layers.
  public let innerSize: Int
  /// The number of positions: the length of the longest text, in tokens.
  public let positionCount: Int
  /// The number of token types (segments), of which texts use the first; 0: none.
  public let kindCount: Int
  /// The ε of the norms.
  public let epsilon: Float
  /// The pooling of tokens' vectors into a text's vector.
  public let pooling: Pooling
  /// Whether a text's vector is scaled to length 1.
  public let isNormalised: Bool
  /// The number of top layers that are trained; 0: none.
  public var unfrozenLayers = 0
  /// The dropout rate in these layers, after attention and after the linear layers.
  public var layerDropout: Float = 0
  /// The dropout rate on texts' vectors.
  public var outputDropout: Float = 0

  package init(
    hiddenSize: Int, layerCount: Int, headCount: Int, innerSize: Int, positionCount: Int, kindCount: Int,
    epsilon: Float, pooling: Pooling, isNormalised: Bool
  ) {
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.innerSize = innerSize
    self.positionCount = positionCount
    self.kindCount = kindCount
    self.epsilon = epsilon
    self.pooling = pooling
    self.isNormalised = isNormalised
  }

  /// - Throws: `ModelError.invalidConfiguration` with the first invalid value.
  package func validate() throws(ModelError) {
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ expected: String) throws(ModelError) {
      if !holds { throw .invalidConfiguration(name: name, value: "\(value)", expected: expected) }
    }
    let limit = 1 << 16
    try require((1...limit).contains(hiddenSize), "hiddenSize", hiddenSize, "1 to \(limit)")
    try require((1...256).contains(layerCount), "layerCount", layerCount, "1 to 256")
    try require(
      headCount > 0 && hiddenSize % headCount == 0, "headCount", headCount, "a divisor of \(hiddenSize)")
    try require((1...limit).contains(innerSize), "innerSize", innerSize, "1 to \(limit)")
    try require((1...1 << 20).contains(positionCount), "positionCount", positionCount, "1 to \(1 << 20)")
    try require((0...limit).contains(kindCount), "kindCount", kindCount, "0 to \(limit)")
    try require(epsilon > 0 && epsilon < 1, "epsilon", epsilon, "above 0, below 1")
    try require(
      (0...layerCount).contains(unfrozenLayers), "unfreeze", unfrozenLayers,
      "0 to \(layerCount), the layers of the transformer")
    for (name, rate) in [("layer-dropout", layerDropout), ("dropout", outputDropout)] {
      try require(rate >= 0 && rate < 1, name, rate, "0 to below 1")
    }
  }

  /// The dropout rates of a training step.
  package var dropoutRates: DropoutRates {
    var rates = DropoutRates.nothing
    (rates.layers, rates.output) = (layerDropout, outputDropout)
    return rates
  }

  /// The number of floats that training keeps for each token.
  var savedPerToken: Int { unfrozenLayers * (10 * hiddenSize + 2 * innerSize) + 4 * hiddenSize }
}
