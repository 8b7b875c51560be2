import DiscernIO
import DiscernTensor

/// The shape of a `NeuralClassifier`: its words, its network, and its questions about a text.
public struct ClassifierConfiguration: Hashable, Sendable {
  /// The number of words, including `<pad>` and `<unk>`.
  public var vocabularySize: Int
  /// The network that turns a text's words into one vector.
  public var encoder: EncoderConfiguration
  /// The questions about a text; at least one.
  public var heads: [HeadConfiguration]

  /// A classifier with several questions.
  public init(
    vocabularySize: Int, encoder: EncoderConfiguration = EncoderConfiguration(), heads: [HeadConfiguration]
  ) {
    self.vocabularySize = vocabularySize
    self.encoder = encoder
    self.heads = heads
  }

  /// A classifier with one question, which is answered with one of `classCount` classes.
  public init(
    vocabularySize: Int, encoder: EncoderConfiguration = EncoderConfiguration(), classCount: Int
  ) {
    self.init(
      vocabularySize: vocabularySize, encoder: encoder,
      heads: [HeadConfiguration(.classes(count: classCount))])
  }

  /// The outputs of all heads, side by side.
  package var outputs: HeadOutputs { HeadOutputs(heads) }

  /// - Throws: `ModelError.invalidConfiguration` with the first invalid value, named as in recipes and flags.
  public func validate() throws(ModelError) {
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ expected: String) throws(ModelError) {
      if !holds { throw .invalidConfiguration(name: name, value: "\(value)", expected: expected) }
    }
    let limit = 1 << 20
    try require((2...Int(Int32.max)).contains(vocabularySize), "words", vocabularySize, "at least 2")
    try require((1...1024).contains(heads.count), "the number of tasks", heads.count, "1 to 1024")
    for head in heads {
      let least = head.rules.minimumOutputCount
      try require(
        (least...limit).contains(head.outputCount), "labels", head.outputCount, "at least \(least)")
    }
    let names = heads.map(\.name)
    try require(
      Set(names).count == names.count && (names.count == 1 || !names.contains("")), "tasks", names,
      "a different name for each")
    try encoder.validate()
  }
}

/// In the first format, the recurrent network's settings are at the same level as the others.
extension ClassifierConfiguration: Codable {
  private enum CodingKeys: String, CodingKey {
    case vocabularySize, encoder, heads
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    vocabularySize = try values.decode(Int.self, forKey: .vocabularySize)
    heads = try values.decode([HeadConfiguration].self, forKey: .heads)
    // With neither `encoder` nor keys of the first format, no network is given, which is an error.
    let isFirstFormat = try decoder.container(keyedBy: AnyCodingKey.self).allKeys.contains {
      CodingKeys(stringValue: $0.stringValue) == nil
    }
    encoder =
      values.contains(.encoder) || !isFirstFormat
      ? try values.decode(EncoderConfiguration.self, forKey: .encoder)
      : .recurrent(try RecurrentConfiguration(from: decoder, isFirstFormat: true))
  }
}
