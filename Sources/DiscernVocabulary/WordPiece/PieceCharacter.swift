import CICU

/// The kinds of characters in Hugging Face's `tokenizers`: the categories of Unicode 8, the white space of
/// current Unicode, the decompositions and combining classes of Unicode 12.
enum PieceCharacter {
  enum Kind { case space, punctuation, other }

  static func kind(_ scalar: Unicode.Scalar) -> Kind {
    if scalar.isASCII {
      switch scalar.value {
      case 0x09...0x0D, 0x20: return .space
      case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return .punctuation
      default: return .other
      }
    }
    if scalar.properties.isWhitespace { return .space }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return isOld(scalar) ? .punctuation : .other
    // These were punctuation in Unicode 8.
    case .otherSymbol where scalar.value == 0x166D: return .punctuation
    case .nonspacingMark where scalar.value == 0x111C9: return .punctuation
    default: return .other
    }
  }

  /// Whether cleaning removes the character.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: return false
    case 0xFFFD: return true
    case 0x20..<0x7F: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .privateUse: return true
    case .format: return isOld(scalar)
    default: return false
    }
  }

  static func isIdeograph(_ value: UInt32) -> Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  /// Whether the character is a nonspacing mark in Unicode 8.
  static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x300: false
    case 0x1734: true
    // These were letters, spacing marks, or punctuation.
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: false
    default: scalar.properties.generalCategory == .nonspacingMark && isOld(scalar)
    }
  }

  static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
    if scalar.value < 0x300 || isNew(scalar) { return 0 }
    return scalar.properties.canonicalCombiningClass.rawValue
  }

  /// Calls `body` with the parts of a character's full canonical decomposition, or with the character itself.
  static func forEachPart(of scalar: Unicode.Scalar, _ body: (Unicode.Scalar) -> Void) {
    if scalar.value < 0xC0 || isNew(scalar) { return body(scalar) }
    withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 32) { units in
      guard let start = units.baseAddress else { return body(scalar) }
      let count = discern_icu_decomposition(scalar.value, start, 32)
      guard count > 0 else { return body(scalar) }
      String(decoding: units.prefix(Int(count)), as: UTF16.self).unicodeScalars.forEach(body)
    }
  }

  private static func isOld(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.properties.age?.major ?? .max) <= 8
  }

  private static func isNew(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.properties.age?.major ?? .max) >= 13
  }
}
