import Discern
import DiscernEvaluation
import DiscernReports
import Foundation
import TestSupport
import Testing

/// The elements and attributes of our pages.
private let elements: Set<String> = [
  "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "div", "span", "section",
  "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "nav", "a", "dl", "dt", "dd",
  "code",
  "pre", "bdi", "strong", "article", "figure", "figcaption", "svg", "path", "rect", "circle", "text",
]
private let attributes: Set<String> = [
  "lang", "charset", "http-equiv", "content", "name", "class", "dir", "id", "href", "viewbox", "role",
  "aria-label", "d", "x", "y", "width", "height", "cx", "cy", "r", "transform", "stroke-dasharray",
]

private func recipe(_ kind: ModelKind = .ngrams) -> TrainingRecipe {
  var recipe = TrainingRecipe()
  recipe.automatic = []
  recipe.model = kind
  return recipe
}

private let hostile = [
  "<script>alert(1)</script>", "</style></section></html>", "<!-- comment", "]]> <![CDATA[ x ]]>",
  "\" onload='x' &lt;b&gt; &amp;", "\u{202E}right to left\u{202C} \u{200F}", "\u{FFFE}\u{0007}",
  "<svg><title>x</title></svg>", "",
]

/// Texts that a model sometimes gets wrong, including hostile ones.
private func records(_ labels: [String], count: Int = 60, task: String? = nil) -> [CorpusRecord] {
  (0..<count).map { index in
    let label = labels[index % labels.count]
    let word = index % 7 == 0 ? labels.count - 1 - index % labels.count : index % labels.count
    let text = "word\(word) \(hostile[index % hostile.count]) number\(index % 5)"
    return CorpusRecord(text, label: label)
  }
}

private func page(
  _ classifier: TextClassifier, _ corpus: Corpus, training: Corpus? = nil, logs: [ReportPage.Log] = []
) throws -> String {
  let report = try ModelReport(
    of: classifier, on: corpus, training: training, bootstrap: Bootstrap(replicates: 30))
  return ReportPage(report, model: "<model>&\"", data: ["<data>.tsv"], logs: logs).html
}

private func expectOurs(_ html: String, _ note: String) {
  let parsed = ParsedPage(html)
  #expect(parsed.isWhole, "\(note)")
  #expect(
    Set(parsed.elements).isSubset(of: elements), "\(note): \(Set(parsed.elements).subtracting(elements))")
  #expect(
    parsed.attributes.isSubset(of: attributes), "\(note): \(parsed.attributes.subtracting(attributes))")
  #expect(!html.contains("<script") && !html.contains("style=\"") && !html.contains("NaN"))
  #expect(!html.contains("nan") || html.contains("<nan"), "\(note)")
}

@Test func aReportHoldsWhatWeWroteAloneAndIsTheSameEachTime() throws {
  let labels = ["<b>good</b>", "bad\"'&\n\u{202E}"]
  let corpus = Corpus(records: records(labels))
  let classifier = try TextClassifier.train(on: corpus, recipe: recipe())
  let html = try page(classifier, corpus, training: corpus)
  expectOurs(html, "two classes")
  #expect(try page(classifier, corpus, training: corpus) == html)
  for title in [
    "Figures", "Confusions", "ROC", "Precision and recall", "Calibration on this data",
    "The most confident errors",
    "Nearest to the decision boundary", "Labels that may be wrong", "Accuracy by length", "also in training",
    "Model and data",
  ] {
    #expect(html.contains(title), "\(title)")
  }
  #expect(html.contains("The model was trained or tuned on this data"))
  let report = try classifier.evaluate(on: corpus).report
  #expect(html.contains(Figure.text(report.accuracy)) && html.contains(Figure.text(report.logLoss)))
}

@Test func curvesOfTheModelAndOfLogsAreShown() throws {
  var recipe = recipe(.recurrent)
  recipe.options.epochs = 2
  recipe.encoder.hiddenSize = 4
  recipe.encoder.embeddingSize = 4
  let corpus = Corpus(records: records(["x", "y"]))
  let classifier = try TextClassifier.train(on: corpus, recipe: recipe)
  let html = try page(classifier, corpus)
  expectOurs(html, "network")
  for title in ["Training", "Loss", "Learning rate", "Gradient norm", "unknown words"] {
    #expect(html.contains(title), "\(title)")
  }
  // The model's own runs are not drawn twice, others are.
  let runs = classifier.record.runs
  #expect(try page(classifier, corpus, logs: [.init(path: "a.jsonl", runs: runs)]) == html)
  let other = ReportPage.Log(
    path: "<other>.jsonl",
    runs: try TextClassifier.train(
      on: Corpus(records: records(["x", "y"], count: 40)), recipe: recipe
    ).record.runs)
  let both = try page(classifier, corpus, logs: [other])
  expectOurs(both, "logs")
  #expect(both.contains("&lt;other&gt;.jsonl, seed"))
}

@Test func manyLabelsAreCutToTheMostConfused() throws {
  let labels = (0..<40).map { "label \($0)" }
  let corpus = Corpus(records: records(labels, count: 400))
  let classifier = try TextClassifier.train(on: corpus, recipe: recipe())
  let html = try page(classifier, corpus)
  expectOurs(html, "40 labels")
  #expect(html.contains("20 of 40 labels, those with the most errors"))
  #expect(html.contains("Curves of the 6 labels hardest to tell from the others, of 40"))
  let parsed = ParsedPage(html)
  #expect(parsed.elements.count { $0 == "rect" } > 400)
}

@Test func severalTasksOfWhichOneIsMultiLabel() throws {
  let corpus = Corpus(
    records: (0..<60).map { index in
      CorpusRecord(
        "word\(index % 3) \(hostile[index % hostile.count])",
        labels: [
          "kind": .one(["x", "y", "z"][index % 3]), "tags": .any(index % 2 == 0 ? ["<a>", "b"] : ["b"]),
        ])
    })
  let classifier = try TextClassifier.train(on: corpus, recipe: recipe())
  let html = try page(classifier, corpus)
  expectOurs(html, "tasks")
  #expect(html.contains("id=\"task-2\"") && html.contains("href=\"#task-2\""))
  #expect(html.contains("F1 at one threshold for all labels") && html.contains("Confused labels"))
}

@Test func longTextsAreCutToThePartThatDecides() throws {
  let filler = (0..<400).map { _ in "the" }.joined(separator: " ")
  let texts = (0..<24).map { index in
    CorpusRecord("\(filler) word\(index % 2) \(filler)", label: index % 2 == 0 ? "x" : "y")
  }
  let corpus = Corpus(records: texts)
  let classifier = try TextClassifier.train(on: corpus, recipe: recipe())
  let html = try page(classifier, corpus)
  expectOurs(html, "long")
  #expect(html.utf8.count < 200_000, "\(html.utf8.count)")
  #expect(html.contains("\">word"))
}

@Test func fewTextsAreSaidToBeTooFew() throws {
  let words = "too few for meaningful intervals"
  let corpus = Corpus(records: records(["x", "y"]))
  let classifier = try TextClassifier.train(on: corpus, recipe: recipe())
  let few = try page(classifier, Corpus(records: records(["x", "y"], count: 29)))
  expectOurs(few, "few")
  #expect(few.contains("<p class=\"warning\">29 texts: \(words)"))
  // With only one point there is no line.
  let chart = "Accuracy of the most confident predictions"
  #expect(try !page(classifier, Corpus(records: records(["x", "y"], count: 12))).contains(chart))
  #expect(try page(classifier, corpus).contains(chart))
  #expect(try !page(classifier, Corpus(records: records(["x", "y"], count: 30))).contains(words))
  // One task of two has labels for few of the texts.
  let tasks = Corpus(
    records: (0..<40).map { index in
      CorpusRecord(
        "word\(index % 2)",
        labels: ["a": .one("\(index % 2)")].merging(index < 8 ? ["b": .one("\(index % 2)")] : [:]) { $1 })
    })
  let both = try page(try TextClassifier.train(on: tasks, recipe: recipe()), tasks)
  #expect(both.contains("8 texts: \(words)") && !both.contains("40 texts: \(words)"))
}

/// Of text on every ground, of lines on their ground; WCAG 2.2, 1.4.3.
@Test func coloursCanBeRead() {
  for (scheme, lines) in [(ReportStyle.light, ChartStyle.light), (ReportStyle.dark, ChartStyle.dark)] {
    let grounds = [scheme.ground, scheme.raised]
    for ground in grounds {
      for color in [scheme.text, scheme.quiet] + lines {
        #expect(contrast(color, ground) >= 4.5, "\(color) on \(ground): \(contrast(color, ground))")
      }
    }
    for cell in scheme.positive + scheme.negative {
      #expect(contrast(scheme.text, cell) >= 4.5, "\(scheme.text) on \(cell): \(contrast(scheme.text, cell))")
    }
  }
}

private func contrast(_ a: String, _ b: String) -> Double {
  func luminance(_ color: String) -> Double {
    let value = Int(color.dropFirst(), radix: 16) ?? 0
    let parts = [16, 8, 0].map { shift -> Double in
      let share = Double(value >> shift & 255) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
  let (first, second) = (luminance(a), luminance(b))
  return (max(first, second) + 0.05) / (min(first, second) + 0.05)
}
