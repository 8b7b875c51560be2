import DiscernIO

/// Text as YAML.
enum YAMLText {
  /// A string in double quotes on one line, which is also JSON: characters that a YAML parser would treat as
  /// line breaks or reject are escaped.
  static func string(_ text: String) -> String {
    var result = ""
    for scalar in JSONText.string(text).unicodeScalars {
      switch scalar {
      case "\u{80}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
        result += JSONText.escape(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
