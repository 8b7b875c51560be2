import DiscernIO
import DiscernTensor
import DiscernVocabulary

/// The kind and shape of the network that turns a text's words into one vector.
public enum EncoderConfiguration: Hashable, Sendable {
  /// Recurrent layers, learned from the texts or pretrained by `discern pretrain`.
  case recurrent(RecurrentConfiguration)
  /// A recurrent network for the words of each sentence, and a layer for a text's sentences.
  case hierarchical(HierarchicalConfiguration)
  /// A pretrained transformer.
  case transformer(TransformerConfiguration)

  /// A recurrent network with its defaults.
  public init() { self = .recurrent(RecurrentConfiguration()) }

  /// The configuration of a recurrent network; nil for any other kind. Setting nil changes nothing.
  public var recurrent: RecurrentConfiguration? {
    get { if case .recurrent(let configuration) = self { configuration } else { nil } }
    set { if let newValue { self = .recurrent(newValue) } }
  }

  /// The configuration of a hierarchical network; nil for any other kind. Setting nil changes nothing.
  public var hierarchical: HierarchicalConfiguration? {
    get { if case .hierarchical(let configuration) = self { configuration } else { nil } }
    set { if let newValue { self = .hierarchical(newValue) } }
  }

  /// The configuration of a transformer; nil for any other kind. Setting nil changes nothing.
  public var transformer: TransformerConfiguration? {
    get { if case .transformer(let configuration) = self { configuration } else { nil } }
    set { if let newValue { self = .transformer(newValue) } }
  }

  /// The configuration of the recurrent network that reads words, of whole texts or of sentences; nil if
  /// there is none.
  public var wordNetwork: RecurrentConfiguration? {
    switch self {
    case .recurrent(let configuration): configuration
    case .hierarchical(let configuration): configuration.words
    case .transformer: nil
    }
  }

  /// The number of layers that each token passes through, without embeddings and the layer over sentences.
  package var layerCount: Int {
    switch self {
    case .recurrent(let configuration): configuration.layerCount + configuration.attentionLayers
    case .hierarchical(let configuration): configuration.words.layerCount
    case .transformer(let configuration): configuration.layerCount
    }
  }

  /// Whether it reads texts sentence by sentence.
  package var readsSentences: Bool { hierarchical != nil }

  /// - Throws: `ModelError.invalidConfiguration` with the first invalid value, named as in recipes and flags.
  public func validate() throws(ModelError) {
    switch self {
    case .recurrent(let configuration): try configuration.validate()
    case .hierarchical(let configuration): try configuration.validate()
    case .transformer(let configuration): try configuration.validate()
    }
  }

  /// The number of features of a word vector.
  public var embeddingSize: Int {
    switch self {
    case .recurrent(let configuration): configuration.embeddingSize
    case .hierarchical(let configuration): configuration.words.embeddingSize
    case .transformer(let configuration): configuration.hiddenSize
    }
  }

  /// How the letters of unknown words are read; nil: they are not.
  package var letters: LetterBuckets? { wordNetwork?.letters }

  /// The dropout rates of a training step.
  public var dropoutRates: DropoutRates {
    switch self {
    case .recurrent(let configuration): configuration.dropoutRates
    case .hierarchical(let configuration): configuration.dropoutRates
    case .transformer(let configuration): configuration.dropoutRates
    }
  }

  /// The rates after some of them have moved by `share` of the way towards `rate`.
  public func dropoutRates(movedTo rate: Float, share: Float) -> DropoutRates {
    switch self {
    case .recurrent(let configuration): return configuration.dropoutRates(movedTo: rate, share: share)
    case .hierarchical(let configuration): return configuration.dropoutRates(movedTo: rate, share: share)
    case .transformer(let configuration):
      var rates = configuration.dropoutRates
      rates.layers += (rate - rates.layers) * share
      rates.output += (rate - rates.output) * share
      return rates
    }
  }

  /// The number of floats per token that training keeps for the gradient, in addition to word vectors: the
  /// layers' gates and activations.
  package func savedPerToken(_ activations: ActivationStorage = .float32) -> Int {
    switch self {
    case .recurrent(let configuration): configuration.savedPerToken(activations)
    // The values kept for sentences are not included.
    case .hierarchical(let configuration): configuration.words.savedPerToken(activations)
    case .transformer(let configuration): configuration.savedPerToken
    }
  }

  /// The number of tokens in a batch without gradients: enough for matrix products at full speed.
  var tokensPerBatch: Int {
    switch self {
    case .recurrent, .hierarchical: 16_384
    case .transformer: 2_048
    }
  }

  /// Adds the network's weights to a model's layout.
  func makeEncoder(_ layout: inout ParameterLayout, vocabularySize: Int) -> any SentenceEncoder {
    switch self {
    case .recurrent(let configuration):
      RecurrentEncoder(configuration, &layout, vocabularySize: vocabularySize)
    case .hierarchical(let configuration):
      HierarchicalEncoder(configuration, &layout, vocabularySize: vocabularySize)
    case .transformer(let configuration):
      TransformerEncoder(configuration, &layout, vocabularySize: vocabularySize, isScaled: true)
    }
  }
}

extension RecurrentConfiguration {
  /// How the letters of unknown words are read; nil: they are not.
  package var letters: LetterBuckets? {
    subwordBuckets == 0 ? nil : LetterBuckets(count: subwordBuckets)
  }

  /// The number of floats per token that training keeps for the gradient, in addition to word vectors. With
  /// segments, the number for long texts, of which less is kept.
  fileprivate func savedPerToken(_ activations: ActivationStorage) -> Int {
    // With skip gates, also the new h and c of each step, and h and c after the decision to take it.
    let gates = hasSkipGates ? 8 : cell.gateCount
    let recurrent = layerCount * stateSize * gates / (activations == .bfloat16 && !hasSkipGates ? 2 : 1)
    if case .segments(let length, let memory) = attentionReach {
      // The output, its gradient and the input's; for each border, the memory that blocks continue from. Only
      // one segment of memory is counted, since texts may be shorter than the memory.
      return recurrent + stateSize * (3 + attentionLayers * min(memory, length) / length)
    }
    return recurrent + attentionLayers * stateSize
      * (9 + 2 * SelfAttentionBlock.widening + (attentionProjection == nil ? 0 : 2))
  }
}

/// An object whose only key names the kind of network: `{"recurrent": {…}}`.
extension EncoderConfiguration: Codable {
  private enum CodingKeys: String, CodingKey {
    case recurrent, hierarchical, transformer
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    if values.contains(.transformer) {
      self = .transformer(try values.decode(TransformerConfiguration.self, forKey: .transformer))
      return
    }
    if values.contains(.hierarchical) {
      self = .hierarchical(try values.decode(HierarchicalConfiguration.self, forKey: .hierarchical))
      return
    }
    // A network of another version has another key, which the error should name.
    if !values.contains(.recurrent),
      try !decoder.container(keyedBy: AnyCodingKey.self).allKeys.isEmpty
    {
      throw DecodingError.typeMismatch(
        Self.self, DecodingError.Context(codingPath: decoder.codingPath, debugDescription: ""))
    }
    self = .recurrent(try values.decode(RecurrentConfiguration.self, forKey: .recurrent))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .recurrent(let configuration): try values.encode(configuration, forKey: .recurrent)
    case .hierarchical(let configuration): try values.encode(configuration, forKey: .hierarchical)
    case .transformer(let configuration): try values.encode(configuration, forKey: .transformer)
    }
  }
}
