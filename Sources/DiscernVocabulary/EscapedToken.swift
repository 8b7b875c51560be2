/// The escapes of tokens in text files: a tab is written \t, a newline \n, a carriage return \r and a
/// backslash \\.
enum EscapedToken {
  static func append(_ token: some Sequence<UInt8>, to text: inout [UInt8]) {
    for byte in token {
      switch byte {
      case 0x09: text += "\\t".utf8
      case 0x0A: text += "\\n".utf8
      case 0x0D: text += "\\r".utf8
      case 0x5C: text += "\\\\".utf8
      default: text.append(byte)
      }
    }
  }

  /// Replaces the content of `token` by the unescaped token; returns the first invalid escape, if there is
  /// one.
  static func unescape(_ written: some Sequence<UInt8>, into token: inout [UInt8]) -> String? {
    token.removeAll(keepingCapacity: true)
    var bytes = written.makeIterator()
    while let byte = bytes.next() {
      guard byte == 0x5C else {
        // A carriage return is always written \r: a bare one means that an editor changed the lines.
        if byte == 0x0D { return "carriage return" }
        token.append(byte)
        continue
      }
      switch bytes.next() {
      case 0x74: token.append(0x09)
      case 0x6E: token.append(0x0A)
      case 0x72: token.append(0x0D)
      case 0x5C: token.append(0x5C)
      case let other: return String(decoding: [0x5C] + (other.map { [$0] } ?? []), as: UTF8.self)
      }
    }
    return nil
  }
}
