import DiscernVocabulary

/// The part of a manifest for the word pieces that a pretrained transformer reads; the pieces themselves are
/// in a file, one per line.
package struct PieceContent: Codable {
  let configuration: WordPieceConfiguration
  /// Pieces that texts may contain literally.
  let specialTokens: [String]

  package init(_ tokenizer: WordPieceTokenizer) {
    configuration = tokenizer.configuration
    specialTokens = tokenizer.specialTokens
  }

  /// The pieces, one per line.
  package static func fileContents(_ tokenizer: WordPieceTokenizer) -> [UInt8] {
    PieceLines.contents(tokenizer.pieces)
  }

  /// - Parameters:
  ///   - path: the file's path, for errors.
  ///   - rows: the number of rows in the table of the pieces' vectors.
  ///   - places: the maximum number of positions in a text; nil if unknown.
  package func tokenizer(
    _ bytes: [UInt8], path: String, rows: Int, places: Int?
  ) throws(ModelFolderError) -> WordPieceTokenizer {
    guard bytes.last == UInt8(ascii: "\n"), let pieces = PieceLines.pieces(bytes) else {
      throw .inconsistent(path: path, what: "it is truncated, or not UTF-8", expected: "one piece per line")
    }
    guard pieces.count <= rows, (3...max(3, places ?? .max)).contains(configuration.maximumPieces) else {
      throw .inconsistent(
        path: path, what: "it has \(pieces.count) pieces, \(configuration.maximumPieces) of a text at most",
        expected: "\(rows)" + (places.map { " and \($0)" } ?? "") + " at most, as the transformer has them")
    }
    do throws(WordPieceError) {
      return try WordPieceTokenizer(
        pieces: pieces, specialTokens: specialTokens, configuration: configuration)
    } catch {
      throw .inconsistent(path: path, what: "\(error)", expected: "the pieces of a WordPiece tokenizer")
    }
  }
}
