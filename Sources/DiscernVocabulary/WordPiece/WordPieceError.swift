import DiscernIO

/// What can be wrong with the pieces of a WordPiece vocabulary.
public enum WordPieceError: Equatable, KnownFailure {
  /// There are no pieces.
  case empty
  /// Two pieces are the same; counted from 0.
  case duplicate(piece: String, first: Int, second: Int)
  /// A special token that every text needs is not among the pieces.
  case missing(piece: String)

  public var kind: ErrorKind { .badInput }

  public var description: String {
    switch self {
    case .empty: "the vocabulary has no pieces"
    case .duplicate(let piece, let first, let second):
      "“\(DisplayText.escaped(piece))” is both piece \(first) and piece \(second) of the vocabulary"
    case .missing(let piece): "the vocabulary lacks “\(DisplayText.escaped(piece))”, which every text needs"
    }
  }
}
