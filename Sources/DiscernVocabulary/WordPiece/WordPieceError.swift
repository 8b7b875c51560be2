import DiscernIO

/// A problem with the pieces of a WordPiece vocabulary.
public enum WordPieceError: Equatable, KnownFailure {
  /// There are no pieces.
  case empty
  /// Two pieces, counted from 0, are the same.
  case duplicate(piece: String, first: Int, second: Int)
  /// A special token that every text needs is not among the pieces.
  case missing(piece: String)
  /// A special token that texts may contain is not among the pieces.
  case missingSpecial(token: String)
  /// A piece contains a line end, so that no file with one piece per line can have it.
  case lineEnd(number: Int, piece: String)

  public var kind: ErrorKind { .badInput }

  public var description: String {
    switch self {
    case .empty: "the vocabulary has no pieces"
    case .duplicate(let piece, let first, let second):
      "“\(DisplayText.escaped(piece))” is both piece \(first) and piece \(second) of the vocabulary"
    case .missing(let piece): "the vocabulary lacks “\(DisplayText.escaped(piece))”, which every text needs"
    case .missingSpecial(let token):
      "the special token “\(DisplayText.escaped(token))” is not a piece of the vocabulary"
    case .lineEnd(let number, let piece):
      "piece \(number) of the vocabulary, “\(DisplayText.escaped(piece))”, contains a line break, which no "
        + "piece of a text can; replace it"
    }
  }
}
