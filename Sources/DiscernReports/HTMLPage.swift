import Crypto
import Foundation

/// A page that is one file, without scripts and without anything from elsewhere: what it holds is text,
/// tables, inline SVG with presentation attributes, and one style sheet. A policy in its head forbids all
/// else to browsers, also `style` attributes.
package struct HTMLPage: Sendable {
  private let title: String
  private let style: String

  /// - Parameters:
  ///   - title: of the window; any text.
  ///   - style: CSS behind that of `ReportStyle`; the program's own.
  package init(title: String, style: String = "") {
    self.title = title
    self.style = ReportStyle.sheet + style
  }

  /// The page up to its content.
  package var head: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="\(policy)">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(MarkupText.escaped(title))</title>
    <style>\(style)</style>
    </head>
    <body>

    """
  }

  /// The page behind its content.
  package var end: String { "</body>\n</html>\n" }

  /// Nothing from anywhere but the style sheet of this very text.
  private var policy: String {
    let digest = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
    return "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'"
  }
}
