/// Pieces of words in a file, a line each.
enum PieceLines {
  private static let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))

  /// The pieces of a file whose lines end with LF, CR LF or CR, as Python reads lines of text: no piece
  /// follows the last line end. nil if it is not UTF-8.
  static func pieces(_ bytes: [UInt8]) -> [String]? {
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    var result: [String] = []
    var (start, place) = (0, 0)
    // By bytes: CR LF is one `Character`, which is neither of both.
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      guard byte == lineFeed || byte == carriageReturn else { continue }
      result.append(String(decoding: bytes[start..<place - 1], as: UTF8.self))
      if byte == carriageReturn, place < bytes.count, bytes[place] == lineFeed { place += 1 }
      start = place
    }
    if start < bytes.count { result.append(String(decoding: bytes[start...], as: UTF8.self)) }
    return result
  }

  /// - Parameter pieces: a tokenizer's, none of which holds a line's end.
  static func contents(_ pieces: [String]) -> [UInt8] { pieces.flatMap { Array($0.utf8) + [lineFeed] } }
}
