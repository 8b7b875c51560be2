import Discern
import DiscernSystem

/// A page of explained texts, one per section: colours show how much each word changed a label's logit.
package struct ExplanationPage {
  private let page: HTMLPage
  private let model: String
  private let method: ExplanationMethod

  /// - Parameter model: the model's name.
  package init(model: String, method: ExplanationMethod) {
    self.model = model
    self.method = method
    page = HTMLPage(title: "Explanations by \(model)", style: Self.style)
  }

  private static let style = """
    .text{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
    .text span{border-radius:.2rem;padding:.05rem 0;unicode-bidi:isolate}
    .unread{opacity:.75;text-decoration:underline dotted}
    .legend{display:flex;flex-wrap:wrap;gap:.25rem .5rem;align-items:center}
    .scale{display:inline-flex}
    .scale span{display:inline-block;width:1.25rem;height:1.25rem}
    .warning{font-weight:600}
    .text sup{font-size:.7rem;padding:0 .2rem;margin-inline-end:.2rem;border-radius:.2rem;\
    border:1px solid var(--line);unicode-bidi:isolate}

    """

  /// The page up to the first section.
  package var head: String {
    func swatches(_ kind: String, _ levels: [Int]) -> String {
      levels.map { "<span class=\"\(kind)\($0)\"></span>" }.joined()
    }
    let levels = Array(1...ReportStyle.levels)
    let isAttention = method == .attention
    let scale = (isAttention ? "" : swatches("n", levels.reversed())) + swatches("p", levels)
    let (low, high) =
      isAttention ? ("less attention", "more") : ("counts against the label", "counts for it")
    let legend = "<span>\(low)</span><span class=\"scale\">\(scale)</span><span>\(high)</span>"
    return page.head + """
      <h1>Explanations by \(MarkupText.escaped(model))</h1>
      <p class="quiet">Colours: \(MarkupText.escaped(ExplanationWords.method(method))). In each text the \
      strongest word has the fullest colour.</p>
      <div class="legend">\(legend)</div>

      """
  }

  /// The page after the last section.
  package var end: String { page.end }

  /// The section of one text.
  ///
  /// - Parameter place: the place of the text, such as `reviews.tsv:3`.
  package func section(_ text: String, place: String, _ explanation: Explanation) -> String {
    let explained = ExplainedText(text, explanation)
    let percent = String(format: "%.1f %%", 100 * explanation.probability)
    let task = explanation.task.isEmpty ? "" : MarkupText.escaped(explanation.task) + ": "
    var facts = [MarkupText.escaped(place), ExplanationWords.sum(explanation, isTypeset: true)]
    if let worth = ExplanationWords.reliability(explanation) {
      let isWarning = explanation.reliability == .unreliable || explanation.reliability == .notAReason
      facts.append(isWarning ? "<span class=\"warning\">\(worth)</span>" : worth)
    }
    if explanation.words.isEmpty { facts.append("a text without words") }
    if explanation.sentences?.isEmpty == false {
      facts.append(
        "superscript figures are those of the following sentence; its attention weight is not a "
          + "reason")
    }
    if explanation.words.contains(where: { $0.isRead == false }) {
      facts.append("dotted words exceed the network's length limit")
    }
    return """
      <section>
      <h2>\(task)\(MarkupText.escaped(explanation.label)), \(percent)</h2>
      <div class="text" dir="auto">\(body(explained))</div>
      <p class="quiet">\(facts.joined(separator: " · "))</p>
      \(tables(explanation))</section>

      """
  }

  private func body(_ explained: ExplainedText) -> String {
    explained.pieces.map { piece in
      let text = MarkupText.escaped(piece.text)
      guard let word = piece.word else { return text }
      let level = explained.level(word)
      var classes = level == 0 ? [] : ["\(level < 0 ? "n" : "p")\(abs(level))"]
      if word.isRead == false { classes.append("unread") }
      let names = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
      let figure = ExplainedText.figure(word.score, isTypeset: true)
      return sentenceMark(piece) + "<span\(names) title=\"\(figure)\">\(text)</span>"
    }.joined()
  }

  private func sentenceMark(_ piece: ExplainedText.Piece) -> String {
    let figures = piece.sentence.map { ExplainedText.figures($0, isTypeset: true) } ?? ""
    return figures.isEmpty ? "" : "<sup>\(figures)</sup>"
  }

  /// The largest number of rows of a table.
  private static let rows = 10

  private func tables(_ explanation: Explanation) -> String {
    let words = explanation.words.enumerated().sorted { a, b in
      let (own, other) = (abs(a.element.score), abs(b.element.score))
      return own != other ? own > other : a.offset < b.offset
    }.prefix(Self.rows).map { ($0.element.text, $0.element.score) }
    let ngrams = explanation.ngrams.prefix(Self.rows).map { ngram in
      (ngram.text.map { ngram.kind == .letters ? "letters “\($0)”" : $0 } ?? "n-gram", ngram.contribution)
    }
    if words.isEmpty && ngrams.isEmpty { return "" }
    return "<details><summary>Scores</summary>\n" + table("word", words)
      + (ngrams.isEmpty ? "" : table("n-gram", ngrams)) + "</details>\n"
  }

  private func table(_ name: String, _ rows: [(String, Float)]) -> String {
    let cells = rows.map { text, score in
      "<tr><td dir=\"auto\">\(MarkupText.escaped(text))</td>"
        + "<td class=\"number\">\(ExplainedText.figure(score, isTypeset: true))</td></tr>\n"
    }
    return "<table><thead><tr><th>\(name)</th><th class=\"number\">score</th></tr></thead>\n<tbody>\n"
      + cells.joined() + "</tbody></table>\n"
  }
}
