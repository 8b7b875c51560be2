import Discern
import DiscernIO
import DiscernReports
import DiscernSystem

/// A text with its words in colours, or marked if colours are not available, for a terminal.
struct MapText {
  let hasTasks: Bool
  let method: ExplanationMethod
  /// Whether words are coloured.
  var usesColor = Console.outputUsesColor
  /// The width in columns; nil: lines are not broken.
  var width = Console.outputWidth

  /// Backgrounds from the palette of 256 colours, from weak to strong, all light enough for black letters.
  private static let positive = [189, 153, 117, 75, 69]
  private static let negative = [230, 223, 216, 215, 208]

  /// The legend of colours or marks.
  ///
  /// - Parameter sentences: the sentences of an explanation, if the network reads texts sentence by sentence.
  func legend(_ sentences: [Explanation.Sentence]?) -> [String] {
    let example = sentences?.first.map { ExplainedText.figures($0) } ?? ""
    if example.isEmpty { return wordLegend }
    let hasShare = example.hasSuffix("%")
    return wordLegend + [
      method == .gradients
        ? (hasShare ? "{+0.31, 12 %}" : "{+0.31}") + ": the next sentence's contribution"
          + (hasShare ? " and attention weight" : "")
        : "{12 %}: the next sentence's attention weight"
    ]
  }

  private var wordLegend: [String] {
    let levels = Array(1...ReportStyle.levels)
    let swatches = { (levels: [Int]) in levels.map { painted("  ", $0) }.joined() }
    switch (usesColor, method) {
    case (true, .attention): return ["looked at less " + swatches(levels) + " more: no reason for the label"]
    case (true, _):
      return [
        "against the label " + swatches(levels.reversed().map { -$0 }) + swatches(levels) + " for it"
      ]
    case (false, .attention): return ["[+0.31]: attention weight; not a reason for the label"]
    case (false, .gradients): return ["[+0.31]: contribution to the label's logit"]
    case (false, .occlusion): return ["[+0.31]: drop of the label's logit without the word"]
    }
  }

  func lines(_ text: String, _ explanation: Explanation) -> [String] {
    let name = (hasTasks ? explanation.task + ": " : "") + explanation.label
    var facts = [
      DisplayText.escaped(name) + String(format: " %.1f %%", 100 * explanation.probability),
      ExplanationWords.sum(explanation),
    ]
    if let worth = ExplanationWords.reliability(explanation) { facts.append(worth) }
    let heading = facts.joined(separator: " · ")
    return (width.map { DisplayText.wrapped(heading, to: $0) } ?? [heading])
      + broken(pieces(text, explanation))
  }

  /// A unit that a line break cannot divide: letters with the same style.
  private struct Piece {
    let text: String
    var level = 0
    let isSpace: Bool

    static let space = Piece(text: " ", isSpace: true)
  }

  private func pieces(_ text: String, _ explanation: Explanation) -> [Piece] {
    let explained = ExplainedText(text, explanation)
    return explained.pieces.flatMap { piece in
      let figures = piece.sentence.map { ExplainedText.figures($0) } ?? ""
      let mark = figures.isEmpty ? [] : [Piece(text: "{\(figures)}", isSpace: false), .space]
      let shown = DisplayText.escaped(piece.text)
      let level = piece.word.map(explained.level) ?? 0
      var parts = Self.divided(shown).map { Piece(text: $0, level: level, isSpace: $0 == " ") }
      if !usesColor, let word = piece.word, abs(word.score) >= 0.005 || !word.score.isFinite {
        parts.append(Piece(text: "[\(ExplainedText.figure(word.score))]", isSpace: false))
      }
      return mark + parts
    }
  }

  /// The parts of a text, with each space by itself.
  private static func divided(_ text: String) -> [String] {
    var parts: [String] = []
    for character in text {
      if character == " " || parts.isEmpty || parts[parts.count - 1] == " " {
        parts.append(String(character))
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }

  /// Lines no wider than the terminal, broken at spaces; a word is divided only if it is wider.
  private func broken(_ pieces: [Piece]) -> [String] {
    var lines = [""]
    var used = 0
    var index = 0
    while index < pieces.count {
      if pieces[index].isSpace {
        lines[lines.count - 1] += painted(" ", pieces[index].level)
        used += 1
        index += 1
        continue
      }
      let end = pieces[index...].firstIndex(where: \.isSpace) ?? pieces.count
      let wide = pieces[index..<end].reduce(0) { $0 + DisplayText.width($1.text) }
      if let width, used > 0, used + wide > width {
        while lines[lines.count - 1].last == " " { lines[lines.count - 1].removeLast() }
        lines.append("")
        used = 0
      }
      for piece in pieces[index..<end] { append(piece, &lines, &used) }
      index = end
    }
    return lines
  }

  private func append(_ piece: Piece, _ lines: inout [String], _ used: inout Int) {
    let wide = DisplayText.width(piece.text)
    guard let width, used + wide > width else {
      lines[lines.count - 1] += painted(piece.text, piece.level)
      used += wide
      return
    }
    var part = ""
    for character in piece.text {
      let own = DisplayText.width(String(character))
      if used + own > width, used > 0 {
        lines[lines.count - 1] += painted(part, piece.level)
        lines.append("")
        (part, used) = ("", 0)
      }
      part.append(character)
      used += own
    }
    lines[lines.count - 1] += painted(part, piece.level)
  }

  private func painted(_ text: String, _ level: Int) -> String {
    guard usesColor, level != 0, !text.isEmpty else { return text }
    let color = (level < 0 ? Self.negative : Self.positive)[abs(level) - 1]
    return "\u{1B}[38;5;16;48;5;\(color)m\(text)\u{1B}[0m"
  }
}
