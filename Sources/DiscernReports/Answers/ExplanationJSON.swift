import Discern
import DiscernCorpus
import DiscernIO

/// Explanations as JSON, one per line.
package struct ExplanationJSON {
  /// Whether the input is also named; a file that is one text, which has no line number, always is.
  private let namesInput: Bool

  package init(namesInput: Bool) { self.namesInput = namesInput }

  package func line(_ text: String, _ location: RecordLocation, _ explanation: Explanation) -> String {
    var members = location.members(namesFile: namesInput)
    members += [
      ("text", JSONText.string(text)), ("label", JSONText.string(explanation.label)),
      ("method", JSONText.string(explanation.method.rawValue)),
      ("logit", JSONText.number(explanation.logit)),
      ("probability", JSONText.number(explanation.probability)),
      ("reliability", JSONText.string(explanation.reliability.rawValue)),
      ("evidence", JSONText.string(explanation.evidence.rawValue)),
      ("words", JSONText.list(explanation.words.map(Self.word))),
    ]
    if !explanation.task.isEmpty { members.append(("task", JSONText.string(explanation.task))) }
    if let sentences = explanation.sentences {
      members.append(("sentences", JSONText.list(sentences.map(Self.sentence))))
    }
    if let base = explanation.base {
      members.append(("base", JSONText.number(base)))
      members.append(("ngrams", JSONText.list(explanation.ngrams.map(Self.ngram))))
    }
    if let gap = explanation.gap { members.append(("gap", JSONText.number(Float(gap)))) }
    return JSONText.object(members)
  }

  /// For a line that could not be used.
  package func line(_ location: RecordLocation, _ problem: RowProblem) -> String {
    JSONText.object(
      location.members(namesFile: namesInput) + [("error", JSONText.string(problem.description))])
  }

  private static func range(_ range: Range<Int>) -> String { "[\(range.lowerBound),\(range.upperBound)]" }

  private static func word(_ word: Explanation.Word) -> String {
    var members = [
      (key: "bytes", value: range(word.range)), ("text", JSONText.string(word.text)),
      ("tokens", JSONText.list(word.tokens.map(JSONText.string))), ("score", JSONText.number(word.score)),
    ]
    if let network = word.network { members.append(("network", JSONText.number(network))) }
    if let ngrams = word.ngrams { members.append(("ngrams", JSONText.number(ngrams))) }
    if let isKnown = word.isKnown { members.append(("known", "\(isKnown)")) }
    if let isRead = word.isRead { members.append(("read", "\(isRead)")) }
    return JSONText.object(members)
  }

  private static func sentence(_ sentence: Explanation.Sentence) -> String {
    var members = [(key: "bytes", value: range(sentence.range)), ("words", range(sentence.words))]
    if let score = sentence.score { members.append(("score", JSONText.number(score))) }
    if let attention = sentence.attention { members.append(("attention", JSONText.number(attention))) }
    return JSONText.object(members)
  }

  private static func ngram(_ ngram: Explanation.NGram) -> String {
    JSONText.object([
      ("text", ngram.text.map(JSONText.string) ?? "null"), ("kind", JSONText.string(ngram.kind.rawValue)),
      ("contribution", JSONText.number(ngram.contribution)),
      ("bytes", JSONText.list(ngram.places.map(range))),
    ])
  }

  package static func line(_ label: ExplanationSummary.Label) -> String {
    func entries(_ entries: [ExplanationSummary.Entry]) -> String {
      JSONText.list(
        entries.map {
          JSONText.object([
            ("text", JSONText.string($0.text)), ("kind", JSONText.string($0.kind.rawValue)),
            ("texts", "\($0.texts)"), ("score", JSONText.number($0.score)),
          ])
        })
    }
    var members = [
      (key: "label", value: JSONText.string(label.label)), ("texts", "\(label.texts)"),
      ("for", entries(label.positive)), ("against", entries(label.negative)),
    ]
    if !label.task.isEmpty { members.append(("task", JSONText.string(label.task))) }
    return JSONText.object(members)
  }
}
