import Discern
import DiscernIO

/// A text as shown in a report: the part that matters most, with its words in colours.
struct TextMap {
  /// The maximum number of bytes of a text that are shown.
  static let shownBytes = 900

  private let text: String
  private let explanation: Explanation?

  init(_ text: String, _ explanation: Explanation? = nil) {
    self.text = text
    self.explanation = explanation
  }

  var html: String {
    guard let explanation, !explanation.words.isEmpty else { return Self.container(plain) }
    let explained = ExplainedText(text, explanation)
    var pieces = explained.pieces.map { piece in
      (
        text: piece.text, level: piece.word.map(explained.level) ?? 0,
        score: piece.word.map { abs($0.score) } ?? 0
      )
    }
    let window = Self.window(pieces.map { ($0.text.utf8.count, $0.score) })
    let (isCutBefore, isCutAfter) = (window.lowerBound > 0, window.upperBound < pieces.count)
    pieces = Array(pieces[window])
    // White space between words may be of any length, and so may a word.
    let body = pieces.map { piece in
      let own = MarkupText.escaped(Self.cut(piece.text))
      return piece.level == 0
        ? own : "<span class=\"\(piece.level < 0 ? "n" : "p")\(abs(piece.level))\">\(own)</span>"
    }.joined()
    return Self.container((isCutBefore ? "… " : "") + body + (isCutAfter ? " …" : ""))
  }

  private var plain: String { MarkupText.escaped(Self.cut(text)) }

  private static func container(_ html: String) -> String {
    "<div class=\"text\" dir=\"auto\">\(html)</div>\n"
  }

  private static func cut(_ text: String) -> String {
    guard text.utf8.count > shownBytes else { return text }
    var kept = ""
    for character in text.unicodeScalars {
      if kept.utf8.count + 4 > shownBytes { break }
      kept.unicodeScalars.append(character)
    }
    return kept + " …"
  }

  /// The pieces with the highest sum of scores among all that fit.
  private static func window(_ pieces: [(bytes: Int, score: Float)]) -> Range<Int> {
    if pieces.reduce(0, { $0 + $1.bytes }) <= shownBytes { return 0..<pieces.count }
    var best = (range: 0..<1, score: -1.0)
    var (start, bytes, score) = (0, 0, 0.0)
    for end in pieces.indices {
      bytes += pieces[end].bytes
      score += Double(pieces[end].score)
      while bytes > shownBytes, start < end {
        bytes -= pieces[start].bytes
        score -= Double(pieces[start].score)
        start += 1
      }
      if score > best.score + 1e-9 { best = (start..<end + 1, score) }
    }
    return best.range
  }
}
