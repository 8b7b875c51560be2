import Discern
import DiscernReports
import Foundation
import TestSupport
import Testing

private func classifier() throws -> TextClassifier {
  var recipe = TrainingRecipe()
  recipe.automatic = []
  recipe.model = .ngrams
  let records = (0..<40).map { index in
    CorpusRecord(
      "a \(index.isMultiple(of: 2) ? "lovely" : "dull") <film> & script number w\(index % 7)",
      label: index.isMultiple(of: 2) ? "<good>" : "bad\"'")
  }
  return try TextClassifier.train(on: Corpus(records: records), recipe: recipe)
}

private let ours: Set<String> = [
  "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "span", "section", "details",
  "summary", "table", "thead", "tbody", "tr", "th", "td", "sup",
]
private let ourAttributes: Set<String> = [
  "lang", "charset", "http-equiv", "content", "name", "class", "title", "dir",
]

private let hostile = [
  "a lovely <film> <b>bold</b> <!-- lovely --> <script>lovely</script> </script> </section></html>",
  "]]> <![CDATA[ lovely ]]> &lt;b&gt; &amp;lovely; \" onload='x' lovely",
  "\u{202E}lovely\u{202C} \u{200F}dull",
  "", "\u{FFFE} \u{1F600} lovely", "<img src=x onerror=alert(1)> dull",
]

/// For any texts, the page is complete and has only our own elements and attributes.
@Test func aPageHoldsWhatWeWroteAlone() throws {
  let explainer = try classifier().makeExplainer()
  var texts = hostile
  if SharedData.isPresent {
    let blns = try Data(contentsOf: URL(fileURLWithPath: SharedData.path("suites/blns/blns.json")))
    texts += try JSONDecoder().decode([String].self, from: blns)
  }
  let page = ExplanationPage(model: "<model>&\"", method: .gradients)
  var text = page.head
  for (index, own) in texts.enumerated() {
    text += page.section(own, place: "<a>:\(index + 1)", try explainer.explain(own))
  }
  text += page.end
  let parsed = ParsedPage(text)
  #expect(parsed.isWhole)
  #expect(Set(parsed.elements).isSubset(of: ours), "\(Set(parsed.elements).subtracting(ours))")
  #expect(parsed.attributes.isSubset(of: ourAttributes), "\(parsed.attributes.subtracting(ourAttributes))")
  #expect(parsed.elements.count { $0 == "section" } == texts.count)
  #expect(
    !text.contains("<script") && !text.contains("javascript:alert(1)//\"") && !text.contains("style=\""))
  // Every text is included unchanged.
  let shown = Array(parsed.text.unicodeScalars)
  for own in hostile where !own.unicodeScalars.contains("\u{FFFE}") {
    let wanted = Array(own.unicodeScalars)
    let isThere = shown.indices.contains { shown[$0...].starts(with: wanted) }
    #expect(isThere, "\(own)")
  }
  #expect(parsed.elements.count { $0 == "span" } > texts.count)
}

@Test func wordsHaveTheColoursOfTheirScores() throws {
  let explainer = try classifier().makeExplainer()
  let map = try explainer.explain("a lovely film", label: "<good>")
  let explained = ExplainedText("a lovely film", map)
  let levels = explained.pieces.compactMap { $0.word.map(explained.level) }
  #expect(levels.count == 3 && levels[1] == 5 && levels.allSatisfy { abs($0) <= 5 })
  #expect(explained.pieces.map(\.text).joined() == "a lovely film")
  let against = try explainer.explain("a lovely film", label: "bad\"'")
  #expect(against.words.map(explained.level)[1] == -5)
  let section = ExplanationPage(model: "m", method: .gradients).section("a lovely film", place: "-:1", map)
  #expect(section.contains("<span class=\"p5\" title=\"+"))
  #expect(section.contains("&lt;good&gt;, "))
  #expect(ExplainedText.figure(-0.001) == "+0.00" && ExplainedText.figure(0.314) == "+0.31")
  #expect(ExplainedText.figure(-1, isTypeset: true) == "\u{2212}1.00")
}

/// For a network that reads sentences one by one each sentence has its figures, once, before its first word.
@Test func sentencesHaveTheirFigures() throws {
  var recipe = TrainingRecipe()
  recipe.automatic = []
  recipe.model = .recurrent
  recipe.network = .hierarchical
  (recipe.encoder.hiddenSize, recipe.encoder.attentionSize, recipe.encoder.embeddingSize) = (3, 3, 3)
  recipe.options.epochs = 1
  let records = (0..<20).map { CorpusRecord("It rained. A film.", label: $0 % 2 == 0 ? "good" : "bad") }
  let explainer = try TextClassifier.train(on: Corpus(records: records), recipe: recipe).makeExplainer()
  let text = "It <rained>. A film!"
  let map = try explainer.explain(text)
  let explained = ExplainedText(text, map)
  #expect(explained.pieces.map(\.text).joined() == text)
  let sentences = explained.pieces.compactMap(\.sentence)
  #expect(sentences.count == 2 && sentences == map.sentences)
  let page = ExplanationPage(model: "m", method: .gradients).section(text, place: "-:1", map)
  for sentence in sentences {
    let figures = ExplainedText.figures(sentence, isTypeset: true)
    #expect(figures.contains(", ") && figures.hasSuffix(" %"))
    #expect(page.contains("<sup>\(figures)</sup>"))
  }
  #expect(page.contains("not a reason"))
  let look = try explainer.explain(text, method: .attention)
  #expect(look.sentences?.allSatisfy { !ExplainedText.figures($0).contains(",") } == true)
}
