/// The shape of a hierarchical network: a recurrent network reads each sentence by itself, and a recurrent
/// layer with attention reads the sentences' vectors (Yang et al. 2016).
public struct HierarchicalConfiguration: Hashable, Sendable {
  /// The network that reads a sentence's words. Its cell, directions, dropouts and attention size also apply
  /// to the layer that reads sentences.
  public var words: RecurrentConfiguration
  /// Units of each direction of the layer that reads sentences.
  public var sentenceHiddenSize: Int

  /// - Parameter sentenceHiddenSize: nil: the hidden size of the words' layers.
  public init(words: RecurrentConfiguration = RecurrentConfiguration(), sentenceHiddenSize: Int? = nil) {
    self.words = words
    self.sentenceHiddenSize = sentenceHiddenSize ?? words.hiddenSize
  }

  /// - Throws: `ModelError.invalidConfiguration` with the first invalid value, named as in recipes and flags.
  public func validate() throws(ModelError) {
    // A hierarchical network always has several layers.
    var layers = words
    if layers.layerCount == 1 {
      layers.layerDropout = nil
      let rate = words.layerDropout ?? 0
      guard rate >= 0, rate < 1 else {
        throw .invalidConfiguration(name: "layer-dropout", value: "\(rate)", expected: "0 to below 1")
      }
    }
    try layers.validate()
    guard words.attentionLayers == 0 else {
      throw .invalidConfiguration(
        name: "attention-layers", value: "\(words.attentionLayers)", expected: "0 in a hierarchical network")
    }
    try words.requireEveryStep(of: "a hierarchical network")
    let limit = 1 << 20
    guard (1...limit).contains(sentenceHiddenSize) else {
      throw .invalidConfiguration(
        name: "sentence-hidden", value: "\(sentenceHiddenSize)", expected: "1 to \(limit)")
    }
  }

  /// The dropout rate between layers, and on the sentences' vectors that the last layer reads.
  public var layerDropoutRate: Float { words.layerDropout ?? words.outputDropout }

  /// The dropout rates of a training step.
  public var dropoutRates: DropoutRates {
    var rates = words.dropoutRates
    rates.layers = layerDropoutRate
    return rates
  }

  /// The rates after the dropouts on word vectors, between layers and on the pooled vector have moved by
  /// `share` of the way towards `rate`; those of words and recurrent weights stay the same.
  public func dropoutRates(movedTo rate: Float, share: Float) -> DropoutRates {
    var rates = words.dropoutRates(movedTo: rate, share: share)
    rates.layers = layerDropoutRate + (rate - layerDropoutRate) * share
    return rates
  }
}

extension HierarchicalConfiguration: Codable {
  private enum CodingKeys: String, CodingKey {
    case words, sentenceHiddenSize
  }

  /// The hidden size is required: weights' shapes depend on it.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    words = try values.decode(RecurrentConfiguration.self, forKey: .words)
    sentenceHiddenSize = try values.decode(Int.self, forKey: .sentenceHiddenSize)
  }
}
