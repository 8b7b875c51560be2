/// The rules that distinguish tags and entities from a `<` or `&` that is just text. The tokenizer's fast
/// path and the preparation for libxml2 share them.
enum Markup {
  /// Longer names do not belong to tags or entities.
  static let longestName = 64
  static let longestEntity = 32

  /// The length of a line break tag (`<br>`, `<BR />`) that begins at `start`, 0 if there is none.
  @inline(__always)
  static func lineBreakLength(_ text: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int {
    guard start + 3 < count, text[start + 1] | 0x20 == UInt8(ascii: "b"),
      text[start + 2] | 0x20 == UInt8(ascii: "r")
    else { return 0 }
    var index = start + 3
    while index < count {
      switch text[index] {
      case UInt8(ascii: ">"): return index + 1 - start
      case UInt8(ascii: " "), UInt8(ascii: "/"), 0x09, 0x0A, 0x0D: index += 1
      default: return 0
      }
    }
    return 0
  }

  /// Whether the `<` before this byte may begin a tag, a comment or a declaration.
  @inline(__always)
  static func mayFollowOpeningBracket(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?")
  }

  /// The length of a possible entity (`&name;`, `&#233;`, `&#xE9;`, numbers also without the semicolon), 0 if
  /// the `&` at `start` begins none.
  static func entityLength(_ text: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int {
    var index = start + 1
    guard index < count else { return 0 }
    let limit = min(count, start + longestEntity)
    if text[index] == UInt8(ascii: "#") {
      index += 1
      var isHexadecimal = false
      if index < limit, text[index] | 0x20 == UInt8(ascii: "x") {
        isHexadecimal = true
        index += 1
      }
      let digits = index
      while index < limit, digitValue(text[index], isHexadecimal) != nil { index += 1 }
      guard index > digits else { return 0 }
      return index < count && text[index] == UInt8(ascii: ";") ? index + 1 - start : index - start
    }
    guard isLetter(text[index]) else { return 0 }
    while index < limit, isLetter(text[index]) || isDigit(text[index]) { index += 1 }
    return index < limit && text[index] == UInt8(ascii: ";") ? index + 1 - start : 0
  }

  static func digitValue(_ byte: UInt8, _ isHexadecimal: Bool) -> UInt32? {
    if isDigit(byte) { return UInt32(byte - 0x30) }
    let lower = byte | 0x20
    guard isHexadecimal, lower >= 0x61, lower <= 0x66 else { return nil }
    return UInt32(lower - 0x61) + 10
  }

  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
