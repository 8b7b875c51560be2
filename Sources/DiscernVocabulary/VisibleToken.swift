/// Distinguishes visible tokens from those that are only spaces, control characters and characters without
/// width.
enum VisibleToken {
  static func isVisible(_ token: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = token.first else { return false }
    if first > 0x20, first < 0x7F { return true }
    // Bytes that are not valid UTF-8 count as visible.
    guard let text = String(validating: token, as: UTF8.self) else { return true }
    return text.unicodeScalars.contains { !isInvisible($0) }
  }

  /// The invisible characters, which are no tokens; rows of single ones are searched for separately.
  static let singles: [[UInt8]] = {
    let ranges: [ClosedRange<UInt32>] = [
      0...0x20, 0x7F...0xA0, 0xAD...0xAD, 0x34F...0x34F, 0x61C...0x61C, 0x115F...0x1160, 0x1680...0x1680,
      0x17B4...0x17B5, 0x180B...0x180F, 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x206F, 0x3000...0x3000,
      0x3164...0x3164, 0xFE00...0xFE0F, 0xFEFF...0xFEFF, 0xFFA0...0xFFA0,
    ]
    return ranges.joined().compactMap { Unicode.Scalar($0) }.filter(isInvisible).map { Array($0.utf8) }
  }()

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return properties.isWhitespace || properties.isDefaultIgnorableCodePoint
      || properties.generalCategory == .control
  }
}

extension Unicode.Scalar {
  fileprivate var utf8: String.UTF8View { String(self).utf8 }
}
