import DiscernIO

/// The path of an archive's member as text, with the parts that it consists of.
struct MemberName {
  private let text: String
  /// Without `.` and empty ones.
  let components: [Substring]

  init(_ text: String) {
    self.text = text
    components = text.split(separator: "/").filter { $0 != "." }
  }

  /// Whether it is absolute or goes up somewhere: no file of a folder is called that.
  var leadsOut: Bool { text.hasPrefix("/") || components.contains("..") }

  /// The path in one form, by which links find it.
  var key: String { components.joined(separator: "/") }

  var shown: String { DisplayText.escaped(text) }
}

extension NameDecoder {
  func text(of entry: ArchiveEntry) throws(InputError) -> String {
    try text(of: entry.name, usesBackslashes: entry.usesBackslashes)
  }
}
