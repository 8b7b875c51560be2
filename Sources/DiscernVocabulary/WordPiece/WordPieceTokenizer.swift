/// The pieces of a text.
public struct WordPieces: Sendable, Equatable {
  /// The vocabulary's numbers, special tokens included.
  public internal(set) var ids: [Int32] = []
  /// The place of each in the original text's UTF-8; empty for special tokens that are added.
  public internal(set) var spans: [Range<Int>] = []
  /// The number of pieces that were left out of a longer text.
  public internal(set) var cut = 0
}

/// Cuts texts into the pieces that BERT's family of models reads, with the numbers that Hugging Face's
/// `tokenizers` gives.
///
/// Punctuation, marks and control characters are those of that library's table, which is of Unicode 8;
/// decompositions are those of Unicode 12.
public struct WordPieceTokenizer: Sendable {
  /// How texts are cut and normalised.
  public let configuration: WordPieceConfiguration
  /// The pieces, by their numbers.
  public let pieces: [String]
  /// The special tokens that are recognised where a text contains them.
  public let specialTokens: [String]
  /// The same with their numbers, by their first byte; the longest first.
  private let special: [[(bytes: [UInt8], number: Int32)]]
  /// The ids of the pieces that begin a word, and of those that continue one.
  let beginnings: PieceTable
  let continuations: PieceTable
  package let unknown: Int32
  let start: Int32
  let end: Int32

  /// - Parameters:
  ///   - pieces: by their numbers.
  ///   - specialTokens: those of them that texts may contain as such.
  /// - Throws: `WordPieceError` if a piece is missing, occurs twice, or contains a line end.
  public init(
    pieces: [String], specialTokens: [String] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
    configuration: WordPieceConfiguration = WordPieceConfiguration()
  ) throws(WordPieceError) {
    guard !pieces.isEmpty else { throw .empty }
    self.configuration = configuration
    self.pieces = pieces
    var beginnings = PieceTable()
    var continuations = PieceTable()
    let continuation = Array(configuration.continuation.utf8)
    for (number, piece) in pieces.enumerated() {
      let bytes = Array(piece.utf8)
      if bytes.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
        throw .lineEnd(number: number, piece: piece)
      }
      if let first = beginnings.add(bytes[...], number: Int32(number)) {
        throw .duplicate(piece: piece, first: Int(first), second: number)
      }
      if bytes.count > continuation.count, bytes.starts(with: continuation) {
        _ = continuations.add(bytes[continuation.count...], number: Int32(number))
      }
    }
    func required(_ piece: String) throws(WordPieceError) -> Int32 {
      guard let number = beginnings.number(of: Array(piece.utf8)) else { throw .missing(piece: piece) }
      return number
    }
    (unknown, start, end) = try (required("[UNK]"), required("[CLS]"), required("[SEP]"))
    self.specialTokens = specialTokens
    var special = [[(bytes: [UInt8], number: Int32)]](repeating: [], count: 256)
    for token in specialTokens.sorted(by: { $0.utf8.count > $1.utf8.count }) {
      let bytes = Array(token.utf8)
      guard let first = bytes.first else { continue }
      guard let number = beginnings.number(of: bytes) else { throw .missingSpecial(token: token) }
      special[Int(first)].append((bytes, number))
    }
    self.special = special
    self.beginnings = beginnings
    self.continuations = continuations
  }

  /// A text's pieces, between `[CLS]` and `[SEP]`. Cost: linear in the text, except for words of many pieces.
  public func encode(_ text: String) -> WordPieces {
    var text = text
    return text.withUTF8 { text in
      let pieces = pieces(of: text)
      return framed(pieces, keeping: [0..<min(pieces.ids.count, longestText)], textSize: text.count)
    }
  }

  /// The maximum number of a text's pieces, without `[CLS]` and `[SEP]`.
  package var longestText: Int { max(0, configuration.maximumPieces - 2) }

  /// Some of a text's pieces between `[CLS]` and `[SEP]`.
  ///
  /// - Parameter textSize: the number of bytes of the text.
  package func framed(_ pieces: WordPieces, keeping parts: [Range<Int>], textSize: Int) -> WordPieces {
    var result = WordPieces()
    result.ids.append(start)
    result.spans.append(0..<0)
    for part in parts {
      result.ids.append(contentsOf: pieces.ids[part])
      result.spans.append(contentsOf: pieces.spans[part])
    }
    result.cut = pieces.ids.count + 1 - result.ids.count
    result.ids.append(end)
    result.spans.append(textSize..<textSize)
    return result
  }

  /// All pieces of a text, without `[CLS]` and `[SEP]`.
  package func pieces(of text: UnsafeBufferPointer<UInt8>) -> WordPieces {
    var result = WordPieces()
    var reader = WordPieceReader(self)
    var begin = 0
    var place = 0
    while place < text.count {
      if let token = specialToken(in: text, at: place) {
        reader.read(UnsafeBufferPointer(rebasing: text[begin..<place]), at: begin, into: &result)
        let size = token.bytes.count
        result.ids.append(token.number)
        result.spans.append(place..<place + size)
        place += size
        begin = place
      } else {
        place += 1
      }
    }
    reader.read(UnsafeBufferPointer(rebasing: text[begin...]), at: begin, into: &result)
    return result
  }

  private func specialToken(
    in text: UnsafeBufferPointer<UInt8>, at place: Int
  ) -> (bytes: [UInt8], number: Int32)? {
    special[Int(text[place])].first { text[place...].starts(with: $0.bytes) }
  }
}
