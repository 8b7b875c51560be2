import DiscernText

/// The tokens that a model knows, each with an id and the number of times that it occurred in the corpus.
///
/// Id 0 is `<pad>` and id 1 is `<unk>`, which stands for everything else. Tokens are distinguished by their
/// UTF-8 bytes, not by canonical equivalence. The words `<pad>` and `<unk>`, should they occur in a text, are
/// unknown words: no text can ever produce the padding id.
public struct Vocabulary: Sendable, Equatable {
  /// The tokenizer that made the words, to compare with another; nil if unknown. It is stored in files.
  public var tokenizer: TokenizerConfiguration?
  /// Whether the file that this was read from has lines that end in CR LF, which an editor must have made.
  public internal(set) var hadCarriageReturns = false
  /// The id of padding.
  public static let paddingID: Int32 = 0
  /// The id of every word that is not in the vocabulary.
  public static let unknownID: Int32 = 1
  /// How padding is written in files.
  public static let paddingToken = "<pad>"
  /// How unknown words are written in files.
  public static let unknownToken = "<unk>"

  /// The number of special tokens, which is the id of the first word.
  @usableFromInline static let firstWordID: Int32 = 2

  /// The words; word `i` has the id `i + 2`.
  @usableFromInline let words: TokenTable
  /// By id, with those of the special tokens first.
  let counts: [Int]

  init(words: TokenTable, counts: [Int]) {
    self.words = words
    self.counts = counts
  }

  /// A vocabulary of words without counts, in their order. Duplicates, empty strings and the names of
  /// the special tokens are left out.
  public init(words list: some Sequence<String>) {
    var words = TokenTable()
    for word in list {
      var word = word
      word.withUTF8 { bytes in
        if !bytes.isEmpty, !Self.isSpecial(bytes) { _ = words.insert(bytes) }
      }
    }
    self.init(words: words, counts: [Int](repeating: 0, count: words.count + 2))
  }

  /// The number of ids, the two special ones included.
  @inlinable public var count: Int { words.count &+ 2 }

  /// The number of words, without the two special ones.
  public var wordCount: Int { words.count }

  /// The id of a token given as UTF-8, `unknownID` if it is not in the vocabulary. Allocates nothing.
  @inlinable public func id(of bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
    let index = words.find(bytes)
    return index < 0 ? Self.unknownID : index &+ Self.firstWordID
  }

  /// The id of a token, `unknownID` if it is not in the vocabulary.
  public func id(of token: String) -> Int32 {
    var token = token
    return token.withUTF8 { id(of: $0) }
  }

  /// The token with the id `id`, which must be in `0..<count`.
  public func token(at id: Int) -> String { String(decoding: bytes(at: id), as: UTF8.self) }

  /// The UTF-8 bytes of the token with the id `id`, which must be in `0..<count`.
  public func bytes(at id: Int) -> ArraySlice<UInt8> {
    precondition(id >= 0 && id < count, "id \(id) of a vocabulary of \(count)")
    switch id {
    case 0: return ArraySlice(Self.paddingToken.utf8)
    case 1: return ArraySlice(Self.unknownToken.utf8)
    default: return words[id - 2]
    }
  }

  /// The number of occurrences of the token with the id `id` in the corpus; for `<unk>`, of all tokens that
  /// are not in this vocabulary.
  public func tokenCount(at id: Int) -> Int { counts[id] }

  /// Two vocabularies are equal if they have the same words, counts and tokenizer.
  public static func == (left: Vocabulary, right: Vocabulary) -> Bool {
    left.words == right.words && left.counts == right.counts && left.tokenizer == right.tokenizer
  }

  /// The number of tokens of the corpus, unknown ones included.
  public var totalTokenCount: Int { counts.reduce(0, +) }

  /// Whether `bytes` spell one of the special tokens.
  static func isSpecial(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.count == 5
      && (bytes.elementsEqual(paddingToken.utf8) || bytes.elementsEqual(unknownToken.utf8))
  }
}
