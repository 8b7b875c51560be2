/// A path, or a name in one, as the system or an archive stores it: bytes, usually UTF-8.
package struct RawPath: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }

  package init(_ string: String) { bytes = Array(string.utf8) }

  /// The name as text; different names stay different. See `NameText`.
  package var text: String { NameText.text(bytes) }

  /// The text for messages, on one line.
  package var description: String { DisplayText.escaped(text) }

  package func appending(_ name: RawPath) -> RawPath {
    let base = bytes.count > 1 && bytes.last == UInt8(ascii: "/") ? bytes.dropLast() : bytes[...]
    return RawPath(bytes: base + [UInt8(ascii: "/")] + name.bytes)
  }

  package static func < (a: RawPath, b: RawPath) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }

  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    var characters = bytes.map { CChar(bitPattern: $0) }
    characters.append(0)
    return characters.withUnsafeBufferPointer { body($0.baseAddress.unsafelyUnwrapped) }
  }
}
