import Crypto
import DiscernSystem

/// A self-contained page in one file: it contains text, tables, inline SVG with presentation attributes, one
/// style sheet and, if given, one script. A policy in its head makes browsers refuse everything else,
/// including `style` attributes.
package struct HTMLPage: Sendable {
  private let title: String
  private let style: String
  private let script: String?

  /// - Parameters:
  ///   - title: the title of the window; any text.
  ///   - style: CSS in addition to that of `ReportStyle`; the program's own, never data.
  ///   - script: run when the page is loaded; the program's own, never data. It may send requests to the
  ///     page's server.
  package init(title: String, style: String = "", script: String? = nil) {
    self.title = title
    self.style = ReportStyle.sheet + style
    self.script = script
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

  /// The page after its content.
  package var end: String { (script.map { "<script>\($0)</script>\n" } ?? "") + "</body>\n</html>\n" }

  /// Allows only the style sheet and the script in this text.
  package var policy: String {
    let scripts = script.map { "script-src 'sha256-\(Self.digest($0))'; connect-src 'self'; " } ?? ""
    return "default-src 'none'; style-src 'sha256-\(Self.digest(style))'; \(scripts)base-uri 'none'; "
      + "form-action 'none'"
  }

  private static func digest(_ text: String) -> String {
    Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
  }
}
