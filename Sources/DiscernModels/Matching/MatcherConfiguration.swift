/// The shape of two towers whose vectors match.
public struct MatcherConfiguration: Hashable, Sendable, Codable {
  /// The kind of the right tower.
  public enum RightTower: String, Hashable, Sendable, Codable, CaseIterable {
    /// The left tower: both read the same kind of text.
    case shared
    /// A separate network for texts; with a transformer, which is frozen, a separate projection.
    case text
    /// A projection of vectors from another program.
    case vectors
  }

  /// V, the number of words, or word pieces, that have vectors.
  public var vocabularySize: Int
  /// The network that reads texts.
  public var encoder: EncoderConfiguration
  /// D, the size of the vectors of both towers.
  public var vectorSize: Int
  /// The kind of the right tower.
  public var right: RightTower
  /// The size of the vectors that are given to the right tower; 0 if it reads texts.
  public var featureCount: Int
  /// Whether the pooled features of texts are scaled to mean 0 and deviation 1, measured once, with training
  /// texts and the initial weights. Otherwise, all vectors of a new recurrent network have nearly the same
  /// direction.
  public var scalesFeatures: Bool

  /// Two towers; by default, they share one network for texts.
  ///
  /// - Parameters:
  ///   - featureCount: the size of given vectors, for a right tower of `vectors`.
  ///   - scalesFeatures: whether pooled features are scaled; only for a recurrent network.
  public init(
    vocabularySize: Int, encoder: EncoderConfiguration, vectorSize: Int, right: RightTower = .shared,
    featureCount: Int = 0, scalesFeatures: Bool = false
  ) {
    self.vocabularySize = vocabularySize
    self.encoder = encoder
    self.vectorSize = vectorSize
    self.right = right
    self.featureCount = featureCount
    self.scalesFeatures = scalesFeatures
  }

  /// Decodes a configuration; those saved before features were scaled have no key for that.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    vocabularySize = try values.decode(Int.self, forKey: .vocabularySize)
    encoder = try values.decode(EncoderConfiguration.self, forKey: .encoder)
    vectorSize = try values.decode(Int.self, forKey: .vectorSize)
    right = try values.decode(RightTower.self, forKey: .right)
    featureCount = try values.decode(Int.self, forKey: .featureCount)
    scalesFeatures = try values.decodeIfPresent(Bool.self, forKey: .scalesFeatures) ?? false
  }

  /// Omits the key where features are not scaled: the indexes of such models contain a digest of this
  /// encoding.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(vocabularySize, forKey: .vocabularySize)
    try values.encode(self.encoder, forKey: .encoder)
    try values.encode(vectorSize, forKey: .vectorSize)
    try values.encode(right, forKey: .right)
    try values.encode(featureCount, forKey: .featureCount)
    if scalesFeatures { try values.encode(true, forKey: .scalesFeatures) }
  }

  private enum CodingKeys: CodingKey {
    case vocabularySize, encoder, vectorSize, right, featureCount, scalesFeatures
  }

  /// - Throws: `ModelError.invalidConfiguration` with the first invalid value, named as in flags.
  public func validate() throws(ModelError) {
    func require(_ value: Int, _ range: ClosedRange<Int>, _ name: String) throws(ModelError) {
      guard range.contains(value) else {
        throw .invalidConfiguration(
          name: name, value: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
      }
    }
    try require(vocabularySize, 2...Int(Int32.max), "vocabularySize")
    try require(vectorSize, 2...1 << 16, "size")
    try require(featureCount, right == .vectors ? 1...1 << 20 : 0...0, "featureCount")
    guard encoder.hierarchical == nil else {
      throw .invalidConfiguration(
        name: "encoder", value: "hierarchical", expected: "a recurrent network or a transformer")
    }
    guard !scalesFeatures || encoder.recurrent != nil else {
      throw .invalidConfiguration(
        name: "scalesFeatures", value: "true", expected: "false, except for a recurrent network")
    }
    guard encoder.transformer?.unfrozenLayers ?? 0 == 0 else {
      throw .invalidConfiguration(
        name: "unfreeze", value: "\(encoder.transformer?.unfrozenLayers ?? 0)",
        expected: "0: a matcher keeps a transformer frozen")
    }
    try encoder.recurrent?.requireEveryStep(of: "a matcher")
    try encoder.validate()
  }
}
