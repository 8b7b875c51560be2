/// Text that may come from data, made safe for HTML and SVG.
package enum MarkupText {
  /// For content and for attributes in double quotes: the result contains no tag, entity or closing quote.
  /// Control characters and noncharacters, which HTML does not allow, become U+FFFD; tabs and line ends stay.
  package static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count + 16)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: result += "&amp;"
      case 0x3C: result += "&lt;"
      case 0x3E: result += "&gt;"
      case 0x22: result += "&quot;"
      case 0x27: result += "&#39;"
      case 0x09, 0x0A: result.unicodeScalars.append(scalar)
      // Unescaped, it would be read as a line feed.
      case 0x0D: result += "&#13;"
      case 0..<0x20, 0x7F..<0xA0: result += "\u{FFFD}"
      case _ where scalar.properties.isNoncharacterCodePoint: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
