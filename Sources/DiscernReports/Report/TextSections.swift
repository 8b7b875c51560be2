import Discern
import DiscernIO
import DiscernSystem

/// The texts that a report shows for a task.
struct TextSections {
  private let findings: TaskFindings

  init(_ findings: TaskFindings) { self.findings = findings }

  var html: String {
    let wrong = findings.wrongCount
    return section(
      "The most confident errors", findings.surest,
      note: wrong == 0
        ? "No text of this data is misclassified."
        : "\(findings.surest.count) of \(wrong.grouped) misclassified texts, the most confident ones."
    )
      + section(
        "Nearest to the decision boundary", findings.nearest,
        note: "Texts with the least certain predictions, right or wrong.") + suspicions
  }

  private func section(_ title: String, _ texts: [ReportedText], note: String) -> String {
    "<section>\n<h2>\(title)</h2>\n<p class=\"quiet\">\(note)</p>\n" + texts.map(entry).joined()
      + "</section>\n"
  }

  private func entry(_ text: ReportedText) -> String {
    let given =
      text.predicted.isEmpty
      ? "no label"
      : text.predicted.map { "\(name($0.label)) \(String(format: "%.3f", $0.probability))" }
        .joined(separator: ", ")
    let isRight = Set(text.labels.map { Array($0.utf8) }) == Set(text.predicted.map { Array($0.label.utf8) })
    var facts = [
      isRight ? "right: \(given)" : "given \(given); true \(labels(text.labels))",
      MarkupText.escaped(DisplayText.escaped(text.location.description)),
    ]
    if let explanation = text.explanation {
      facts.append("words for and against \(name(explanation.label))")
      if let worth = ExplanationWords.reliability(explanation), explanation.reliability == .unreliable {
        facts.append("<strong>\(MarkupText.escaped(worth))</strong>")
      }
    }
    return "<article>\n<p class=\"quiet\">\(facts.joined(separator: " · "))</p>\n"
      + TextMap(text.text, text.explanation).html + "</article>\n"
  }

  private func labels(_ labels: [String]) -> String {
    labels.isEmpty ? "no label" : labels.map(name).joined(separator: ", ")
  }

  private func name(_ label: String) -> String {
    "<bdi>\(MarkupText.escaped(DisplayText.cut(DisplayText.escaped(label), to: 60)))</bdi>"
  }

  // MARK: Suspected labels

  private var suspicions: String {
    let count = findings.suspicionCount
    let share = Figure.percent(findings.suspectedShare)
    var html =
      "<section>\n<h2>Labels that may be wrong</h2>\n<p class=\"quiet\">"
      + (count == 0
        ? "None are suspected."
        : "\(count.grouped) labels are suspected, an estimated \(share) of all; the model's own "
          + "errors are among them, so check before changing a label."
          + (count > findings.suspicions.count ? " The \(findings.suspicions.count) surest:" : ""))
      + "</p>\n"
    for suspicion in findings.suspicions {
      let change =
        switch (suspicion.given, suspicion.suggested) {
        case (let given?, let suggested?): "has \(name(given)), perhaps \(name(suggested))"
        case (let given?, nil): "has \(name(given)), perhaps wrongly"
        case (nil, let suggested?): "lacks \(name(suggested)), perhaps wrongly"
        case (nil, nil): ""
        }
      html +=
        "<article>\n<p class=\"quiet\">\(change) · \(String(format: "%.3f", suspicion.margin)) · "
        + "\(MarkupText.escaped(DisplayText.escaped(suspicion.location.description)))</p>\n"
        + TextMap(suspicion.text).html + "</article>\n"
    }
    return html + "</section>\n"
  }
}
