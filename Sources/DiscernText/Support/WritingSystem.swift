import CICU

/// How scripts are written.
package enum WritingSystem {
  /// Whether a word, given as well-formed UTF-8, has a character of a script that puts no spaces between
  /// words (Chinese, Japanese, Thai, Lao, Khmer, Burmese).
  package static func isWithoutSpaces(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    // All of these scripts begin after U+0E00: three or four bytes per character.
    guard word.contains(where: { $0 >= 0xE0 }) else { return false }
    var decoder = UTF8()
    var bytes = word.makeIterator()
    while case .scalarValue(let character) = decoder.decode(&bytes) {
      if discern_icu_isWrittenWithoutSpaces(character.value) { return true }
    }
    return false
  }
}
