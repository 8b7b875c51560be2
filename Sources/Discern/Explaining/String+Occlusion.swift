extension String {
  /// The text without a range of its UTF-8, as `ExplanationMethod.occlusion` removes a word. Nothing replaces
  /// it, except a space if both sides would otherwise join into one word.
  ///
  /// - Parameter range: must cover whole characters, as in `Explanation.Word`.
  public func taking(out range: Range<Int>) -> String {
    var bytes: [UInt8] = []
    write(takingOut: range, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes the UTF-8 of the result to `bytes`, replacing their contents and reusing their memory.
  func write(takingOut range: Range<Int>, to bytes: inout [UInt8]) {
    let start = utf8.index(startIndex, offsetBy: range.lowerBound)
    let end = utf8.index(startIndex, offsetBy: range.upperBound)
    func isWord(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber } ?? false }
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: utf8[..<start])
    if isWord(self[..<start].last), isWord(self[end...].first) { bytes.append(UInt8(ascii: " ")) }
    bytes.append(contentsOf: utf8[end...])
  }
}
