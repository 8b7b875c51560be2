import Foundation

/// Where tokens lie in a text as it came. The tokenizer does not keep track of it: the text is changed here a
/// character at a time, and the tokens are looked for in the result, in their order.
package enum TokenPlaces {
  /// - Parameters:
  ///   - tokens: all of the text's, in their order.
  ///   - text: before normalisation.
  /// - Returns: bytes of the text's UTF-8; nil for a sign that is written in another way, and from the first
  ///   word on that is. All are nil where there is markup.
  package static func find(
    _ tokens: [String], in text: String, _ configuration: TokenizerConfiguration
  ) -> [Range<Int>?] {
    var result = [Range<Int>?](repeating: nil, count: tokens.count)
    if configuration.html, text.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) {
      return result
    }
    let changed = Changed(text, configuration)
    var position = 0
    for (index, token) in tokens.enumerated() {
      let wanted = Array(token.utf8)
      guard let start = changed.firstPlace(of: wanted, from: position) else {
        // Signs may be written in another way; a word that is would be taken for its neighbour.
        if token.contains(where: { $0.isLetter || $0.isNumber }) { break }
        continue
      }
      let end = start + wanted.count
      result[index] = changed.origins[start].lowerBound..<changed.origins[end - 1].upperBound
      position = end
    }
    return result
  }

  /// The text with each character normalised by itself.
  private struct Changed {
    private var bytes: [UInt8] = []
    /// By byte: where the character that it comes from lies in the text.
    private(set) var origins: [Range<Int>] = []
    /// By byte: whether it belongs to a letter or a number that is kept.
    private var isWord: [Bool] = []

    init(_ text: String, _ configuration: TokenizerConfiguration) {
      let locale = Locale(identifier: configuration.locale)
      var place = 0
      for character in text {
        let length = character.utf8.count
        var piece = String(character)
        switch configuration.normalization {
        case .nfc: piece = piece.precomposedStringWithCanonicalMapping
        case .nfkc: piece = piece.precomposedStringWithCompatibilityMapping
        case .none: break
        }
        if configuration.lowercase { piece = piece.lowercased(with: locale) }
        if configuration.numbers == .zero {
          piece = String(piece.map { $0.isNumber && $0.isASCII ? "0" : $0 })
        }
        let isKept = character.isLetter || character.isNumber && configuration.numbers != .drop
        for byte in piece.utf8 {
          bytes.append(byte)
          origins.append(place..<place + length)
          isWord.append(isKept)
        }
        place += length
      }
    }

    /// The first place at or behind `start` where these bytes stand; no word is passed over.
    func firstPlace(of wanted: [UInt8], from start: Int) -> Int? {
      guard !wanted.isEmpty, bytes.count >= wanted.count else { return nil }
      var place = start
      while place <= bytes.count - wanted.count {
        if bytes[place..<place + wanted.count].elementsEqual(wanted) { return place }
        if isWord[place] { return nil }
        place += 1
      }
      return nil
    }
  }
}
