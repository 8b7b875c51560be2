/// The figures of written sequences against their references.
public struct SequenceReport: Codable, Hashable, Sendable {
  /// The number of pairs that were measured.
  public let count: Int
  /// The number of sequences that are right in all tokens.
  public let exactCount: Int
  /// The number of places at which both have the same token, and the number of all places, which is the
  /// length of the longer one of each pair.
  public let rightTokens: Int, tokens: Int
  /// The BLEU score of the texts. Nil, in JSON null, if no reference has four words, since it is then 0 for
  /// any texts.
  public let bleu: Double?
  /// The factor for texts that are shorter than the references, which `bleu` already includes.
  public let brevityPenalty: Double
  /// The numbers of tokens in the written sequences and in the references.
  public let length: Int, referenceLength: Int

  /// A sequence and its reference, as tokens and as texts.
  public struct Pair: Sendable {
    let tokens: [String], reference: [String]
    let text: String, referenceText: String

    /// Tokens may be unknown to the model; these are never right.
    public init(tokens: [String], reference: [String], text: String, referenceText: String) {
      self.tokens = tokens
      self.reference = reference
      self.text = text
      self.referenceText = referenceText
    }
  }

  /// Compares sequences with their references.
  public init(_ pairs: [Pair]) {
    count = pairs.count
    exactCount = pairs.count { $0.tokens == $0.reference }
    rightTokens = pairs.reduce(0) { $0 + zip($1.tokens, $1.reference).count { $0 == $1 } }
    tokens = pairs.reduce(0) { $0 + max($1.tokens.count, $1.reference.count) }
    length = pairs.reduce(0) { $0 + $1.tokens.count }
    referenceLength = pairs.reduce(0) { $0 + $1.reference.count }
    let figures = BLEU(pairs.map { ($0.text, $0.referenceText) })
    bleu = figures.isMeaningful ? figures.score : nil
    brevityPenalty = figures.brevityPenalty
  }

  private enum CodingKeys: CodingKey {
    case count, exactCount, rightTokens, tokens, bleu, brevityPenalty, length, referenceLength
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(count, forKey: .count)
    try container.encode(exactCount, forKey: .exactCount)
    try container.encode(rightTokens, forKey: .rightTokens)
    try container.encode(tokens, forKey: .tokens)
    // Null rather than left out.
    try container.encode(bleu, forKey: .bleu)
    try container.encode(brevityPenalty, forKey: .brevityPenalty)
    try container.encode(length, forKey: .length)
    try container.encode(referenceLength, forKey: .referenceLength)
  }

  /// The share of sequences that are right in all tokens, 0 to 1.
  public var exactMatch: Double { count > 0 ? Double(exactCount) / Double(count) : 0 }
  /// The share of places with the right token, 0 to 1.
  public var tokenAccuracy: Double { tokens > 0 ? Double(rightTokens) / Double(tokens) : 1 }
}
