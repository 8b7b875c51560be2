import DiscernIO

/// Findings from encoding a corpus.
public struct EncodingSummary: Sendable, Equatable, Codable {
  /// All texts, empty ones too.
  public internal(set) var texts = 0
  /// Tokens before anything was cut.
  public internal(set) var tokens = 0
  /// Tokens that remain after texts were cut.
  public internal(set) var keptTokens = 0
  /// Of the kept ones, those that the vocabulary does not know.
  public internal(set) var unknownTokens = 0
  /// Texts longer than the limit.
  public internal(set) var cutTexts = 0
  /// Texts without a token, encoded as one `<unk>`.
  public internal(set) var emptyTexts = 0
  /// Texts with ill-formed UTF-8, and how many sequences of it were replaced.
  public internal(set) var repairedTexts = 0
  /// Ill-formed sequences in them, each replaced by U+FFFD.
  public internal(set) var repairedSequences = 0
  /// The most tokens of a text; nil: any number, or not known. Not among what is saved.
  public package(set) var lengthLimit: Int?
  /// 128 bits over all texts and labels as they were in the input, in their order, hexadecimal: shows whether
  /// two runs saw the same data. Not a cryptographic digest.
  public package(set) var digest = ""

  private enum CodingKeys: CodingKey {
    case texts, tokens, keptTokens, unknownTokens, cutTexts, emptyTexts, repairedTexts, repairedSequences
    case digest
  }

  /// - Parameter lengthLimit: see the property of this name.
  package init(lengthLimit: Int? = nil) { self.lengthLimit = lengthLimit }

  /// The same as read back after saving.
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

  /// The share of texts that were cut, 0...1.
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
