import DiscernIO

/// Findings from encoding a corpus.
public struct EncodingSummary: Sendable, Equatable, Codable {
  /// The number of texts, including empty ones.
  public internal(set) var texts = 0
  /// The number of tokens before truncation.
  public internal(set) var tokens = 0
  /// The number of tokens after truncation.
  public internal(set) var keptTokens = 0
  /// The number of kept tokens that are not in the vocabulary.
  public internal(set) var unknownTokens = 0
  /// The number of texts longer than the limit.
  public internal(set) var cutTexts = 0
  /// The number of texts without a token, each encoded as one `<unk>`.
  public internal(set) var emptyTexts = 0
  /// The number of texts with ill-formed UTF-8.
  public internal(set) var repairedTexts = 0
  /// The number of ill-formed sequences in them, each replaced by U+FFFD.
  public internal(set) var repairedSequences = 0
  /// The maximum number of tokens per text; nil: no limit, or unknown. Not saved.
  public package(set) var lengthLimit: Int?
  /// A 128-bit hash, in hexadecimal, of all texts, labels, weights and groups as in the input, in order:
  /// shows whether two runs used the same data. Not a cryptographic digest.
  public package(set) var digest = ""

  private enum CodingKeys: CodingKey {
    case texts, tokens, keptTokens, unknownTokens, cutTexts, emptyTexts, repairedTexts, repairedSequences
    case digest
  }

  /// - Parameter lengthLimit: see the property of this name.
  package init(lengthLimit: Int? = nil) { self.lengthLimit = lengthLimit }

  /// The same summary as it would be read back after saving.
  package var asSaved: EncodingSummary {
    var result = self
    result.lengthLimit = nil
    return result
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.read(.texts, into: &texts)
    try container.read(.tokens, into: &tokens)
    try container.read(.keptTokens, into: &keptTokens)
    try container.read(.unknownTokens, into: &unknownTokens)
    try container.read(.cutTexts, into: &cutTexts)
    try container.read(.emptyTexts, into: &emptyTexts)
    try container.read(.repairedTexts, into: &repairedTexts)
    try container.read(.repairedSequences, into: &repairedSequences)
    try container.read(.digest, into: &digest)
  }

  /// The share of texts that were truncated, 0...1.
  public var cutShare: Double { texts == 0 ? 0 : Double(cutTexts) / Double(texts) }
  /// The share of the kept tokens that are unknown, 0...1.
  public var unknownShare: Double { keptTokens == 0 ? 0 : Double(unknownTokens) / Double(keptTokens) }

  package mutating func add(_ result: TextEncoderSession.Result) {
    texts += 1
    tokens += result.tokenCount
    keptTokens += result.keptCount
    unknownTokens += result.unknownCount
    cutTexts += result.isCut ? 1 : 0
    emptyTexts += result.isEmpty ? 1 : 0
    repairedTexts += result.repairedCount > 0 ? 1 : 0
    repairedSequences += result.repairedCount
  }
}
