import DiscernTensor

/// The shape of a model that reads a sequence and writes another one, and what its training drops.
public struct SequenceConfiguration: Codable, Hashable, Sendable {
  /// Tokens of what is read, and of what is written; `<pad>` and `<unk>` included.
  public var sourceVocabularySize = 0, targetVocabularySize = 0
  /// Features of a token's vector, on both sides.
  public var embeddingSize = 64
  /// What the layers are made of.
  public var cell = RecurrentCell.lstm
  /// Units of a layer; of each direction where it has two.
  public var hiddenSize = 128
  /// Layers that read.
  public var encoderLayers = 1
  /// Layers that write; behind the first of them is the attention to what was read.
  public var decoderLayers = 2
  /// Whether the reading layers also read from the end.
  public var isBidirectional = true
  /// What training drops of tokens' vectors and between layers.
  public var dropout: Float = 0.1

  /// The defaults.
  public init() {}

  /// Features of a token that was read.
  package var stateSize: Int { (isBidirectional ? 2 : 1) * hiddenSize }

  /// - Throws: `ModelError.invalidConfiguration` naming the first value that cannot be, as flags name it.
  public func validate() throws(ModelError) {
    func require(_ value: Int, _ range: ClosedRange<Int>, _ name: String) throws(ModelError) {
      if !range.contains(value) {
        throw .invalidConfiguration(
          name: name, value: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
      }
    }
    let limit = 1 << 20
    try require(sourceVocabularySize, 2...Int(Int32.max), "the number of source tokens")
    try require(targetVocabularySize, 2...Int(Int32.max), "the number of target tokens")
    try require(embeddingSize, 1...limit, "embedding-dim")
    try require(hiddenSize, 1...limit, "hidden")
    try require(encoderLayers, 1...64, "encoder-layers")
    try require(decoderLayers, 1...64, "decoder-layers")
    if !(dropout >= 0 && dropout < 1) {
      throw .invalidConfiguration(name: "dropout", value: "\(dropout)", expected: "0 to below 1")
    }
  }
}
