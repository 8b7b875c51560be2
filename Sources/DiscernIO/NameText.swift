/// Converts names to text, so that different names stay different.
package enum NameText {
  /// The name itself if it is UTF-8; otherwise with each invalid byte as `\xE9`.
  ///
  /// So that no two names have the same text, backslashes directly before such a byte, or before something
  /// that looks like one, are doubled.
  package static func text(_ bytes: [UInt8]) -> String {
    if let valid = String(validating: bytes, as: UTF8.self) {
      return mayLookEscaped(bytes) ? escaped(bytes) : valid
    }
    return escaped(bytes)
  }

  package static func isUTF8(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer(UTF8Validation.isValid)
  }

  private static let backslash = UInt8(ascii: "\\")

  private static func mayLookEscaped(_ bytes: [UInt8]) -> Bool {
    bytes.contains(backslash) && bytes.indices.contains { looksEscaped(bytes, at: $0) }
  }

  /// Whether there is a backslash followed by what looks like an escaped byte.
  private static func looksEscaped(_ bytes: [UInt8], at position: Int) -> Bool {
    guard bytes[position] == backslash, position + 3 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "x")
    else { return false }
    return "89ABCDEF".utf8.contains(bytes[position + 2])
      && "0123456789ABCDEF".utf8.contains(bytes[position + 3])
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if bytes[position] == backslash {
        var end = position
        while end < bytes.count, bytes[end] == backslash { end += 1 }
        let isBeforeEscape =
          looksEscaped(bytes, at: end - 1) || end < bytes.count && length(bytes, at: end) == nil
        result += repeatElement(backslash, count: (end - position) * (isBeforeEscape ? 2 : 1))
        position = end
      } else if let length = length(bytes, at: position) {
        result += bytes[position..<position + length]
        position += length
      } else {
        let digits = Array("0123456789ABCDEF".utf8)
        let byte = bytes[position]
        result += [backslash, UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        position += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The length of the UTF-8 sequence at a position; nil if there is none.
  private static func length(_ bytes: [UInt8], at position: Int) -> Int? {
    let length = bytes.withUnsafeBufferPointer { UTF8Validation.sequenceLength($0, at: position) }
    return length == 0 ? nil : length
  }
}
