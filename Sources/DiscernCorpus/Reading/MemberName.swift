import DiscernIO

/// The path of an archive member as text, with its components.
struct MemberName {
  private let text: String
  /// Without `.` and empty components.
  let components: [Substring]

  init(_ text: String) {
    self.text = text
    components = text.split(separator: "/").filter { $0 != "." }
  }

  /// Whether it is absolute or contains `..`, unlike any file in a folder.
  var leadsOut: Bool { text.hasPrefix("/") || components.contains("..") }

  /// The path in normal form, by which links refer to it.
  var key: String { components.joined(separator: "/") }

  var shown: String { DisplayText.escaped(text) }
}

extension NameDecoder {
  func text(of entry: ArchiveEntry) throws(InputError) -> String {
    try text(of: entry.name, usesBackslashes: entry.usesBackslashes)
  }
}
