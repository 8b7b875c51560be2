/// Word pieces in a file, one per line.
enum PieceLines {
  private static let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))

  /// The pieces of a file whose lines end with LF, CR LF or CR, as in Python's text mode: no piece follows
  /// the last line end. Nil if the file is not UTF-8.
  static func pieces(_ bytes: [UInt8]) -> [String]? {
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    var result: [String] = []
    var (start, place) = (0, 0)
    // By bytes, since CR LF is a single `Character`, which equals neither.
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

  /// - Parameter pieces: a tokenizer's pieces, none of which contains a line end.
  static func contents(_ pieces: [String]) -> [UInt8] { pieces.flatMap { Array($0.utf8) + [lineFeed] } }
}
