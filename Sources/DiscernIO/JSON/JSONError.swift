/// The reason why a text is not JSON, and the place.
package struct JSONError: Error, Equatable, CustomStringConvertible {
  package enum Reason: Sendable, Equatable {
    case byteOrderMark
    case unexpectedEnd(expected: String)
    case unexpected(UInt8, expected: String)
    case trailingComma
    case contentAfterValue
    case controlCharacter(UInt8)
    case invalidEscape
    case loneSurrogate
    case invalidUTF8
    case nestedTooDeep(limit: Int)
    case duplicateKey(String)
  }

  package let reason: Reason
  /// The offset of the offending byte, from 0.
  package let offset: Int
  /// Counted from 1; a line ends at U+000A.
  package let line: Int
  /// Counted from 1, in Unicode scalars.
  package let column: Int

  init(_ reason: Reason, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.reason = reason
    self.offset = offset
    self.line = line
    self.column = column
  }

  /// The reason alone, for a caller that names the place itself.
  package var explanation: String {
    switch reason {
    case .byteOrderMark: "a byte order mark precedes the JSON text"
    case .unexpectedEnd(let expected): "the JSON text ends where \(expected) is expected"
    case .unexpected(let byte, let expected): "found \(Self.name(byte)), expected \(expected)"
    case .trailingComma: "a comma precedes the closing bracket"
    case .contentAfterValue: "something follows the end of the JSON value"
    case .controlCharacter(let byte): "\(Self.name(byte)) is not escaped in a string"
    case .invalidEscape: "a backslash in a string does not begin a JSON escape"
    case .loneSurrogate: "a \\u escape is only half of a surrogate pair"
    case .invalidUTF8: "the bytes are not valid UTF-8"
    case .nestedTooDeep(let limit): "arrays and objects are nested more than \(limit) deep"
    case .duplicateKey(let key): "the key “\(key)” occurs twice in one object"
    }
  }

  package var description: String {
    "invalid JSON at line \(line), column \(column) (byte \(offset)): \(explanation)"
  }

  private static func name(_ byte: UInt8) -> String {
    if byte > 0x20, byte < 0x7F { return "“\(Character(UnicodeScalar(byte)))”" }
    let digits = String(byte, radix: 16, uppercase: true)
    return "the byte 0x" + (digits.count == 1 ? "0" : "") + digits
  }
}
