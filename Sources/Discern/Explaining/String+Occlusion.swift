extension String {
  /// The text without some bytes of its UTF-8, as `ExplanationMethod.occlusion` takes a word out. Nothing
  /// comes in its place, unless what stands on both sides would grow into one word: then a space.
  ///
  /// - Parameter range: of whole characters, such as an `Explanation.Word` has.
  public func taking(out range: Range<Int>) -> String {
    let utf8 = Array(self.utf8)
    let before = String(decoding: utf8[..<range.lowerBound], as: UTF8.self)
    let behind = String(decoding: utf8[range.upperBound...], as: UTF8.self)
    func isWord(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber } ?? false }
    return before + (isWord(before.last) && isWord(behind.first) ? " " : "") + behind
  }
}
