/// A text with each character normalised separately, and the origin of each byte.
struct ChangedText {
  private var bytes: [UInt8] = []
  /// By byte, the range of its original character in the text.
  private var origins: [Range<Int>] = []
  /// By byte, whether it belongs to a letter or a number that is kept.
  private var isWord: [Bool] = []

  init(_ text: String, _ configuration: TokenizerConfiguration) {
    let utf8 = Array(text.utf8)
    let plain = utf8.withUnsafeBufferPointer { utf8 in
      configuration.html && HTMLConverter.mayHoldMarkup(utf8) ? MarkedText(utf8) : nil
    }
    // There is one for every valid configuration.
    let characters = try? CharacterTransform(configuration)
    var place = 0
    for character in plain.map({ String(decoding: $0.bytes, as: UTF8.self) }) ?? text {
      let length = character.utf8.count
      let origin =
        plain.map { $0.origins[place].lowerBound..<$0.origins[place + length - 1].upperBound }
        ?? place..<place + length
      place += length
      let isKept = character.isLetter || character.isNumber && configuration.numbers != .drop
      for byte in Self.folded(Array(Self.changed(character, configuration, characters).utf8)) {
        bytes.append(byte)
        origins.append(origin)
        isWord.append(isKept)
      }
    }
  }

  private static func changed(
    _ character: Character, _ configuration: TokenizerConfiguration, _ characters: CharacterTransform?
  ) -> String {
    if character.isASCII {
      let isZero = configuration.numbers == .zero && character.isNumber
      return isZero ? "0" : configuration.lowercase ? character.lowercased() : String(character)
    }
    var scalars = String.UnicodeScalarView()
    for scalar in character.unicodeScalars {
      let isZero = configuration.numbers == .zero && scalar.properties.generalCategory == .decimalNumber
      switch scalar.value < 0x80 ? .keep : TextCleaning.action(scalar.value) {
      case .keep: scalars.append(isZero ? "0" : scalar)
      case .space: scalars.append(" ")
      case .drop: break
      }
    }
    return characters?(String(scalars)) ?? String(scalars)
  }

  /// The bytes without differences that depend on neighbours: a final sigma becomes σ, and every apostrophe
  /// becomes `'`.
  static func folded(_ utf8: [UInt8]) -> [UInt8] {
    if utf8.allSatisfy({ $0 < 0x80 }) { return utf8 }
    var scalars = String.UnicodeScalarView()
    for scalar in String(decoding: utf8, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x3C2: scalars.append("\u{3C3}")
      case 0x2018, 0x2019, 0x00B4, 0x02BC, 0xFF07: scalars.append("'")
      default: scalars.append(scalar)
      }
    }
    return Array(String(scalars).utf8)
  }

  /// The range of the text that some of the bytes come from.
  func origin(_ range: Range<Int>) -> Range<Int> {
    origins[range.lowerBound].lowerBound..<origins[range.upperBound - 1].upperBound
  }

  /// The first place of the given bytes at or after `start`; no word is skipped.
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

  /// The first place of the given bytes from `start` to `end` where a word may begin.
  func nextWord(_ wanted: [UInt8], from start: Int, to end: Int) -> Int? {
    guard !wanted.isEmpty, start < end else { return nil }
    var place = start
    while place <= min(end, bytes.count) - wanted.count {
      let mayBegin = place == 0 || !isWord[place - 1] || bytes[place - 1] >= 0x80
      if mayBegin, bytes[place..<place + wanted.count].elementsEqual(wanted) { return place }
      place += 1
    }
    return nil
  }
}
