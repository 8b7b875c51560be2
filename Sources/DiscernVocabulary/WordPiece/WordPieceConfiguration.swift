/// How a WordPiece tokenizer reads a text (Devlin et al. 2019; as Hugging Face's `BertNormalizer` and
/// `WordPiece` do).
public struct WordPieceConfiguration: Sendable, Hashable, Codable {
  /// Control characters are left out, white space becomes a space.
  public var cleansText = true
  /// Each ideograph is a word.
  public var separatesIdeographs = true
  /// Letters lose their accents; nil: if `lowercase` is true.
  public var stripsAccents: Bool?
  /// Letters are lower-cased, without regard to language.
  public var lowercase = true
  /// The prefix of pieces that continue a word.
  public var continuation = "##"
  /// The maximum number of pieces in a text, including special tokens; a longer text is cut at its end.
  public var maximumPieces = 512

  /// The configuration of BERT's uncased models.
  public init() {}

  /// The maximum number of characters in a word; a longer word is unknown.
  static let longestWord = 100
}
