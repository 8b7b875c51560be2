import Discern
import DiscernSystem

/// A text divided at the words of its explanation, so that it can be shown in its original form.
package struct ExplainedText {
  /// A word with its score, or the text between words.
  package struct Piece {
    package let text: String
    package let word: Explanation.Word?
    /// The sentence that the piece begins, if the network reads texts sentence by sentence.
    package let sentence: Explanation.Sentence?
  }

  package let pieces: [Piece]
  private let largest: Float

  package init(_ text: String, _ explanation: Explanation) {
    let utf8 = Array(text.utf8)
    var pieces: [Piece] = []
    var place = 0
    func between(_ end: Int) {
      if end > place {
        pieces.append(
          Piece(text: String(decoding: utf8[place..<end], as: UTF8.self), word: nil, sentence: nil))
      }
    }
    let sentences = Dictionary(
      (explanation.sentences ?? []).map { ($0.words.lowerBound, $0) }, uniquingKeysWith: { first, _ in first }
    )
    for (index, word) in explanation.words.enumerated() {
      between(word.range.lowerBound)
      pieces.append(Piece(text: word.text, word: word, sentence: sentences[index]))
      place = word.range.upperBound
    }
    between(utf8.count)
    self.pieces = pieces
    largest = explanation.words.map { abs($0.score) }.filter(\.isFinite).max() ?? 0
  }

  /// -5 … 5: the strength of a word's colour relative to the text's strongest one; 0 for almost none.
  package func level(_ word: Explanation.Word) -> Int {
    guard largest > 0, word.score.isFinite else { return 0 }
    let share = abs(word.score) / largest
    if share < 0.05 || abs(word.score) < 0.005 { return 0 }
    let level = min(ReportStyle.levels, Int(Float(ReportStyle.levels) * share) + 1)
    return word.score < 0 ? -level : level
  }

  /// `+0.31, 42 %`: a sentence's score and its share of attention, as far as available.
  package static func figures(_ sentence: Explanation.Sentence, isTypeset: Bool = false) -> String {
    // With the attention method, the score is this share.
    let share = sentence.attention.map { String(format: "%.0f %%", 100 * $0) }
    let score = sentence.score.flatMap { $0 == sentence.attention ? nil : figure($0, isTypeset: isTypeset) }
    return [score, share].compactMap(\.self).joined(separator: ", ")
  }

  /// `+0.31`, with a minus sign as wide as the plus if `isTypeset`.
  package static func figure(_ value: Float, isTypeset: Bool = false) -> String {
    let text = String(format: "%+.2f", value)
    let figure = text == "-0.00" ? "+0.00" : text
    return isTypeset ? figure.replacing("-", with: "\u{2212}") : figure
  }
}
