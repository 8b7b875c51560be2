/// Text for a terminal or a log: measured in columns, made safe, truncated and padded.
package enum DisplayText {
  /// The number of columns that the text takes in a fixed-width terminal: East Asian wide characters and
  /// emoji take two, combining marks and format characters none. Cost: O(length).
  package static func width(_ text: String) -> Int {
    // Printable ASCII needs no look-up in Unicode's tables.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    return text.reduce(0) { $0 + width($1) }
  }

  /// The text on one line: control, format and line separating characters, which could move the cursor or
  /// change the direction of writing, become escapes such as `\n` and `\u{1B}`.
  package static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: needsEscape) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where needsEscape(scalar):
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text truncated to at most `columns`; if something is cut, `…` replaces its end.
  package static func cut(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    guard columns > 0 else { return "" }
    var result = ""
    var used = 1
    for character in text {
      let wide = width(character)
      if used + wide > columns { break }
      used += wide
      result.append(character)
    }
    return result + "…"
  }

  /// The text truncated to at most `columns`; if something is cut, `…` replaces its beginning.
  package static func cutStart(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    guard columns > 0 else { return "" }
    var end = Substring(text)
    while width(String(end)) > columns - 1 { end.removeFirst() }
    return "…" + end
  }

  /// The text truncated to at most `columns`; if something is cut, `…` replaces its middle, and two thirds of
  /// the rest are its end.
  package static func cutMiddle(_ text: String, to columns: Int) -> String {
    guard width(text) > columns, columns > 1 else { return cut(text, to: columns) }
    let end = (columns * 2 + 2) / 3
    return String(cut(text, to: columns - end + 1).dropLast()) + cutStart(text, to: end)
  }

  /// The text in lines of at most `columns`, broken between words; lines after the first are indented by two
  /// more columns. A longer word is not broken, nor is a command after a colon, so that it can be copied.
  package static func wrapped(_ text: String, to columns: Int) -> [String] {
    guard width(text) > columns else { return [text] }
    let start = text.prefix { $0 == " " }
    let indent = String(start) + "  "
    var lines = [String(start)]
    var isFirst = true
    for word in words(text.dropFirst(start.count)) {
      let line = lines[lines.count - 1]
      if !isFirst, width(line) + 1 + width(word) > columns {
        lines.append(indent + word)
      } else {
        lines[lines.count - 1] = line + (isFirst ? "" : " ") + word
      }
      isFirst = false
    }
    return lines
  }

  /// Words between spaces; a command is one word.
  private static func words(_ text: Substring) -> [String] {
    var words: [String] = []
    var isCommand = false
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if isCommand, let last = words.popLast() {
        words.append(last + " " + word)
      } else {
        isCommand = word == "discern" && words.last?.hasSuffix(":") == true
        words.append(String(word))
      }
      if word.hasSuffix(";") || word.hasSuffix(",") { isCommand = false }
    }
    return words
  }

  /// The text truncated to `columns` and padded with spaces on its right.
  package static func left(_ text: String, _ columns: Int) -> String {
    let text = cut(text, to: columns)
    return text + String(repeating: " ", count: max(columns - width(text), 0))
  }

  /// The text truncated to `columns` and padded with spaces on its left.
  package static func right(_ text: String, _ columns: Int) -> String {
    let text = cut(text, to: columns)
    return String(repeating: " ", count: max(columns - width(text), 0)) + text
  }

  private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    // The joiners build emoji and are needed for writing some languages.
    case .format: scalar.value != 0x200C && scalar.value != 0x200D
    default: false
    }
  }

  private static func width(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    if scalars.contains("\u{FE0F}") { return 2 }
    return scalars.reduce(0) { max($0, width($1)) }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if properties.isEmojiPresentation { return 2 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  // Blocks whose characters are Wide or Fullwidth in Unicode's EastAsianWidth.txt.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F,  // Hangul Jamo, leading consonants
    0x2E80...0x303E,  // CJK radicals, Kangxi radicals, CJK symbols and punctuation
    0x3041...0x33FF,  // Kana, Bopomofo, Hangul compatibility, enclosed and squared CJK
    0x3400...0x4DBF,  // CJK extension A
    0x4E00...0x9FFF,  // CJK unified ideographs
    0xA000...0xA4CF,  // Yi
    0xA960...0xA97F,  // Hangul Jamo extended A
    0xAC00...0xD7A3,  // Hangul syllables
    0xF900...0xFAFF,  // CJK compatibility ideographs
    0xFE30...0xFE6F,  // CJK compatibility and small forms
    0xFF01...0xFF60,  // Fullwidth forms
    0xFFE0...0xFFE6,  // Fullwidth signs
    0x16FE0...0x18CFF,  // Tangut, Khitan
    0x1AFF0...0x1B2FF,  // Kana supplements, Nushu
    0x1F200...0x1F265,  // Enclosed ideographic supplement
    0x20000...0x3FFFD,  // CJK extensions B and later
  ]
}
