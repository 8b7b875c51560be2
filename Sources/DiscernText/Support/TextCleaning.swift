/// The treatment of characters that are not text, before any other step.
///
/// - Controls (C0 and C1, DEL, U+0000), the zero-width space and U+FFF9 to U+FFFB become spaces: a
///   word never continues across them. Tab, newline and carriage return are white space anyway.
/// - The byte order mark wherever it is, the soft hyphen, the word joiner, the directional marks and the
///   non-characters U+FFFE and U+FFFF are removed: they are invisible inside or beside words, and would make
///   a different word of each.
/// - Zero-width joiner and non-joiner stay: emoji, Persian and Indic scripts need them.
enum TextCleaning {
  enum Action {
    case keep
    case space
    case drop
  }

  /// For characters from U+0080 on.
  @inline(__always)
  static func action(_ scalar: UInt32) -> Action {
    if scalar < 0xA0 { return .space }
    // The common blocks contain none.
    if scalar == 0xAD { return .drop }
    if scalar < 0x200B || (scalar > 0x2069 && scalar < 0xFEFF) { return .keep }
    switch scalar {
    case 0x200B, 0xFFF9...0xFFFB: return .space
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF, 0xFFFE, 0xFFFF: return .drop
    default: return .keep
    }
  }
}
