import DiscernIO
import DiscernTensor
import DiscernVocabulary

/// Which network turns a text's words into one vector, and how it is shaped: a closed list.
public enum EncoderConfiguration: Hashable, Sendable {
  case recurrent(RecurrentConfiguration)

  /// A recurrent network with its defaults.
  public init() { self = .recurrent(RecurrentConfiguration()) }

  /// The choices of a recurrent network.
  public var recurrent: RecurrentConfiguration {
    get {
      switch self {
      case .recurrent(let configuration): configuration
      }
    }
    set { self = .recurrent(newValue) }
  }

  /// - Throws: `ModelError.invalidConfiguration` naming the first value that cannot be, as recipes and flags
  ///   name it.
  public func validate() throws(ModelError) {
    switch self {
    case .recurrent(let configuration): try configuration.validate()
    }
  }

  /// Features of a word's vector.
  public var embeddingSize: Int {
    get {
      switch self {
      case .recurrent(let configuration): configuration.embeddingSize
      }
    }
    set {
      switch self {
      case .recurrent(var configuration):
        configuration.embeddingSize = newValue
        self = .recurrent(configuration)
      }
    }
  }

  /// How the letters of unknown words are read; nil: they are not.
  package var letters: LetterBuckets? {
    let buckets = recurrent.subwordBuckets
    return buckets == 0 ? nil : LetterBuckets(count: buckets)
  }

  /// Whether training moves the word vectors.
  public var trainsEmbedding: Bool {
    switch self {
    case .recurrent(let configuration): configuration.trainsEmbedding
    }
  }

  /// How much a training step drops.
  public var dropoutRates: DropoutRates {
    switch self {
    case .recurrent(let configuration): configuration.dropoutRates
    }
  }

  /// The rates when some have gone `share` of the way from their own to `rate`.
  public func dropoutRates(movedTo rate: Float, share: Float) -> DropoutRates {
    switch self {
    case .recurrent(let configuration): configuration.dropoutRates(movedTo: rate, share: share)
    }
  }

  /// Floats that training keeps of each token beside its words: gates of the layers.
  package var savedPerToken: Int {
    switch self {
    case .recurrent(let configuration):
      configuration.layerCount * configuration.stateSize * configuration.cell.gateCount
    }
  }

  /// Adds the network's weights to a model's layout.
  func makeEncoder(_ layout: inout ParameterLayout, vocabularySize: Int) -> any SentenceEncoder {
    switch self {
    case .recurrent(let configuration):
      RecurrentEncoder(configuration, &layout, vocabularySize: vocabularySize)
    }
  }
}

/// An object whose one key says which network it is: `{"recurrent": {…}}`.
extension EncoderConfiguration: Codable {
  private enum CodingKeys: String, CodingKey {
    case recurrent
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    // A network of another version has another key, which is to be named.
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
    }
  }
}
