/// Decodes the names in an archive or a folder, and counts those that are not UTF-8.
package final class NameDecoder {
  /// The input's path, for messages.
  private let path: String
  private let encoding: TextEncoding?
  private let converter: EncodingConverter?
  /// The number of names (in an archive, of paths) that were not UTF-8 and for which no encoding was given.
  package private(set) var escapedCount = 0
  /// The first three of these names, as they are shown.
  package private(set) var firstEscaped: [String] = []

  /// - Parameter encoding: the encoding of names that are not UTF-8.
  package init(path: String, encoding: TextEncoding? = nil) {
    self.path = path
    self.encoding = encoding
    converter = encoding.flatMap { EncodingConverter($0) }
  }

  /// The name as text. A name that is not UTF-8 is read in the given encoding (bytes that are invalid in it
  /// are an error) or, without one, keeps its bytes visible: see `NameText`.
  ///
  /// - Parameter usesBackslashes: whether `\` stands for `/`.
  package func text(of name: RawPath, usesBackslashes: Bool = false) throws(InputError) -> String {
    if !NameText.isUTF8(name.bytes), let converter, let encoding {
      // In some encodings, a backslash may be half of a character.
      guard let text = Self.decoded(name.bytes, converter) else {
        throw .undecodableName(path: path, name: "\(name)", encoding: encoding.name)
      }
      return usesBackslashes ? text.replacing("\\", with: "/") : text
    }
    var name = name
    if usesBackslashes {
      name = RawPath(bytes: name.bytes.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 })
    }
    if NameText.isUTF8(name.bytes) { return name.text }
    escapedCount += 1
    if firstEscaped.count < 3 { firstEscaped.append("\(name)") }
    return name.text
  }

  private static func decoded(_ bytes: [UInt8], _ converter: EncodingConverter) -> String? {
    var result = ByteBuffer()
    converter.reset()
    bytes.withUnsafeBufferPointer { converter.convert($0, isLast: true, into: &result) }
    return String(validating: result.bytes, as: UTF8.self)
  }

  /// The note about the names, if there is one.
  package var warning: String? {
    guard escapedCount > 0 else { return nil }
    let more = escapedCount > firstEscaped.count ? ", …" : ""
    return "\(escapedCount) name\(escapedCount == 1 ? " is" : "s are") not UTF-8 "
      + "(\(firstEscaped.joined(separator: ", "))\(more)); the other bytes are written as \\xE9; "
      + "--names-encoding reads them, such as gbk or windows-1252"
  }
}
