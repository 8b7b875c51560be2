import DiscernIO

/// Text in Markdown.
enum CardText {
  /// Any text, escaped for a line or a table cell.
  static func markdown(_ text: String) -> String {
    var result = ""
    for character in DisplayText.escaped(text) {
      if "\\`*_{}[]<>#|~&$".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }

  /// A table of two columns.
  static func table(_ head: (String, String), _ rows: [(String, String)]) -> [String] {
    ["| \(head.0) | \(head.1) |", "|---|---|"] + rows.map { "| \($0.0) | \($0.1) |" }
  }

  /// Lines that Markdown shows verbatim.
  static func code(_ lines: [String]) -> [String] { lines.map { "    " + $0 } }

  /// The last component of a path, or `standard input`.
  static func fileName(_ path: String) -> String {
    if path == "-" { return "standard input" }
    return path.split(separator: "/").last.map(String.init) ?? path
  }
}
