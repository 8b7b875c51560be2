extension String {
  /// The text without some bytes of its UTF-8, as `ExplanationMethod.occlusion` takes a word out. Nothing
  /// comes in its place, unless what is on both sides would grow into one word: then a space.
  ///
  /// - Parameter range: of whole characters, such as an `Explanation.Word` has.
  public func taking(out range: Range<Int>) -> String {
    var bytes: [UInt8] = []
    write(takingOut: range, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes the UTF-8 of that in the place of what `bytes` hold, whose memory is used again.
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
