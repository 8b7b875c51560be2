/// Makes the names of an archive or a folder text, and counts those that are not UTF-8.
package final class NameDecoder {
  /// How many names were not UTF-8 and no encoding was given for, each of their paths counted once.
  package private(set) var escapedCount = 0
  /// The first three of them, as they are shown.
  package private(set) var firstEscaped: [String] = []

  package init() {}

  /// The name as text. What is not UTF-8 keeps its bytes visible: see `NameText`.
  ///
  /// - Parameter usesBackslashes: whether `\` stands for `/`.
  package func text(of name: RawPath, usesBackslashes: Bool = false) throws(InputError) -> String {
    var name = name
    if usesBackslashes {
      name = RawPath(bytes: name.bytes.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 })
    }
    if NameText.isUTF8(name.bytes) { return name.text }
    escapedCount += 1
    if firstEscaped.count < 3 { firstEscaped.append("\(name)") }
    return name.text
  }

  /// What to tell about the names, if there is something.
  package var warning: String? {
    guard escapedCount > 0 else { return nil }
    let more = escapedCount > firstEscaped.count ? ", …" : ""
    return "\(escapedCount) name\(escapedCount == 1 ? " is" : "s are") not UTF-8 "
      + "(\(firstEscaped.joined(separator: ", "))\(more)); the other bytes are written as \\xE9; "
      + "give them names in UTF-8 to see letters instead"
  }
}
