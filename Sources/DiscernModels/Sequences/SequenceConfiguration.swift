import DiscernIO
import DiscernTensor

/// The shape of a model that reads one sequence and writes another, and its dropout.
public struct SequenceConfiguration: Hashable, Sendable {
  /// The kind of encoder and decoder.
  public var form = SequenceForm.recurrent
  /// The number of source tokens and of target tokens, including `<pad>` and `<unk>`.
  public var sourceVocabularySize = 0, targetVocabularySize = 0
  /// The number of features of a token's vector, on both sides.
  public var embeddingSize = 64
  /// The cell of recurrent layers.
  public var cell = RecurrentCell.lstm
  /// The number of units of a layer, or of each direction if it has two; in a transformer, of features of a
  /// token.
  public var hiddenSize = 128
  /// Encoder layers.
  public var encoderLayers = 1
  /// Decoder layers; attention to the source follows the first recurrent layer, and is part of every
  /// transformer layer.
  public var decoderLayers = 2
  /// Whether recurrent encoder layers also read backwards.
  public var isBidirectional = true
  /// Heads of each attention in a transformer; its features must be a multiple of them.
  public var attentionHeads = 4
  /// Dropout rate on tokens' vectors and between layers.
  public var dropout: Float = 0.1

  /// The defaults.
  public init() {}

  /// The defaults of a form: a transformer has two encoder layers.
  public init(_ form: SequenceForm) {
    self.form = form
    if form == .transformer { encoderLayers = 2 }
  }

  /// The number of features of an encoded source token.
  package var stateSize: Int { form == .recurrent && isBidirectional ? 2 * hiddenSize : hiddenSize }

  /// - Throws: `ModelError.invalidConfiguration` with the first invalid value, named as in flags.
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
    if form == .transformer, attentionHeads < 1 || hiddenSize % attentionHeads != 0 {
      throw .invalidConfiguration(
        name: "attention-heads", value: "\(attentionHeads)",
        expected: "a divisor of \(hiddenSize), the features of --hidden")
    }
    if !(dropout >= 0 && dropout < 1) {
      throw .invalidConfiguration(name: "dropout", value: "\(dropout)", expected: "0 to below 1")
    }
  }
}

/// Missing keys get their defaults. Keys of transformers are written only for transformers, and those of
/// recurrent layers only for recurrent layers.
extension SequenceConfiguration: Codable {
  private enum CodingKeys: String, CodingKey {
    case form, sourceVocabularySize, targetVocabularySize, embeddingSize, cell, hiddenSize
    case encoderLayers, decoderLayers, isBidirectional, attentionHeads, dropout
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try values.decodeIfPresent(SequenceForm.self, forKey: .form) ?? .recurrent)
    sourceVocabularySize = try values.decode(Int.self, forKey: .sourceVocabularySize)
    targetVocabularySize = try values.decode(Int.self, forKey: .targetVocabularySize)
    try values.read(.embeddingSize, into: &embeddingSize)
    try values.read(.hiddenSize, into: &hiddenSize)
    try values.read(.encoderLayers, into: &encoderLayers)
    try values.read(.decoderLayers, into: &decoderLayers)
    try values.read(.dropout, into: &dropout)
    switch form {
    case .recurrent:
      try values.read(.cell, into: &cell)
      try values.read(.isBidirectional, into: &isBidirectional)
    case .transformer: try values.read(.attentionHeads, into: &attentionHeads)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(sourceVocabularySize, forKey: .sourceVocabularySize)
    try values.encode(targetVocabularySize, forKey: .targetVocabularySize)
    try values.encode(embeddingSize, forKey: .embeddingSize)
    try values.encode(hiddenSize, forKey: .hiddenSize)
    try values.encode(encoderLayers, forKey: .encoderLayers)
    try values.encode(decoderLayers, forKey: .decoderLayers)
    try values.encode(dropout, forKey: .dropout)
    switch form {
    case .recurrent:
      try values.encode(cell, forKey: .cell)
      try values.encode(isBidirectional, forKey: .isBidirectional)
    case .transformer:
      try values.encode(form, forKey: .form)
      try values.encode(attentionHeads, forKey: .attentionHeads)
    }
  }
}
