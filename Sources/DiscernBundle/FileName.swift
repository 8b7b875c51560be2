import DiscernSystem

/// A name in a folder as its bytes, which need not be UTF-8.
struct FileName: Hashable, Comparable, Sendable, CustomStringConvertible {
  let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  init(_ text: String) { bytes = Array(text.utf8) }

  static func < (one: FileName, other: FileName) -> Bool {
    one.bytes.lexicographicallyPrecedes(other.bytes)
  }

  /// The name as text; nil if it is not UTF-8.
  var text: String? { String(validating: bytes, as: UTF8.self) }

  /// For messages: bytes that are not text are written in hexadecimal.
  var description: String {
    text ?? bytes.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "\\x" + hexadecimal([$0]) }.joined()
  }

  func hasPrefix(_ prefix: String) -> Bool { bytes.starts(with: prefix.utf8) }

  /// Calls `body` with the name as a C string.
  func withPointer<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { buffer in
      // An array with an element always has an address.
      buffer.baseAddress.map(body) ?? body("")
    }
  }
}
