import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTraining

/// A model's report as a page: one file without scripts. The same report gives the same bytes.
package struct ReportPage {
  /// The path of a training log, and its content.
  package struct Log: Sendable {
    /// The path as it was given.
    package let path: String
    package let runs: [TrainingRun]

    package init(path: String, runs: [TrainingRun]) {
      self.path = path
      self.runs = runs
    }
  }

  let report: ModelReport
  let model: String
  let data: [String]
  let logs: [Log]

  /// - Parameters:
  ///   - model: the model's path as it was given.
  ///   - data: the paths of the data as they were given.
  package init(_ report: ModelReport, model: String, data: [String], logs: [Log] = []) {
    self.report = report
    self.model = model
    self.data = data
    self.logs = logs
  }

  package var html: String {
    let page = HTMLPage(
      title: "Report on \(DisplayText.escaped(model))", style: ChartStyle.sheet + ReportSheet.sheet)
    var body = heading
    for (index, findings) in report.tasks.enumerated() {
      body += TaskSections(findings, report, number: report.tasks.count > 1 ? index + 1 : nil).html
    }
    body += curves + modelSection + methodSection
    return page.head + body + page.end
  }

  // MARK: The beginning

  private var heading: String {
    let names = data.map { DisplayText.escaped($0) }.joined(separator: ", ")
    var html = """
      <h1>Report on \(MarkupText.escaped(DisplayText.escaped(model)))</h1>
      <p class="quiet">Measured on \(MarkupText.escaped(names)): \
      \(report.data.texts.grouped) texts.</p>

      """
    for warning in warnings { html += "<p class=\"warning\">\(MarkupText.escaped(warning))</p>\n" }
    if report.tasks.count > 1 {
      html += "<nav><ul>\n"
      for (index, findings) in report.tasks.enumerated() {
        html +=
          "<li><a href=\"#task-\(index + 1)\">\(MarkupText.escaped(DisplayText.escaped(findings.task.name)))"
          + "</a></li>\n"
      }
      html += "</ul></nav>\n"
    }
    return html
  }

  /// Reasons to trust the figures less.
  private var warnings: [String] {
    var warnings: [String] = []
    if let few = Self.fewTexts(report.data.texts) { warnings.append(few) }
    let record = report.classifier.record
    let own = [record.trainingData, record.developmentData].compactMap { $0?.digest }.filter { !$0.isEmpty }
    if own.contains(report.data.digest) {
      warnings.append("The model was trained or tuned on this data: its figures say little.")
    }
    if let overlap = report.overlap, !overlap.same.isEmpty || !overlap.near.isEmpty {
      warnings.append(
        "\(overlap.same.count.grouped) of these texts are also in the training data, "
          + "\(overlap.near.count.grouped) as near-duplicates.")
    }
    let reading = report.reading
    if reading.skippedRows > 0 {
      warnings.append("\(reading.skippedRows.grouped) rows could not be read and were left out.")
    }
    let unseen = reading.unseenLabels.reduce(0) { $0 + $1.count }
    if unseen > 0 {
      warnings.append(
        "\(unseen.grouped) texts have labels that the model does not have, and were left out.")
    }
    switch record.outcome {
    case .completed, .stoppedEarly: break
    case .interrupted: warnings.append("The training of this model was interrupted.")
    case .diverged:
      warnings.append("The loss or its gradients became infinite or NaN at the end of this model's training.")
    }
    return warnings
  }

  /// A note on the reliability of intervals over that many texts; nil if there are enough.
  static func fewTexts(_ count: Int) -> String? {
    guard Bootstrap.isTooFew(count) else { return nil }
    return "\(count.counted("text")): too few for meaningful intervals; evaluate on some hundreds."
  }

  // MARK: The end

  private var modelSection: String {
    let classifier = report.classifier
    let record = classifier.record
    var facts = FactList()
    facts.add("model", classifier.kind.rawValue)
    facts.addDigest("digest of the model", classifier.contentDigest)
    if !classifier.networks.isEmpty {
      let parameters = classifier.networks.reduce(0) { $0 + $1.parameterCount }
      facts.add(
        "networks",
        "\(classifier.networks.count), with \(parameters.grouped) parameters, "
          + "\(classifier.encoder.tokenCount.grouped) "
          + (classifier.encoder.pieces == nil ? "words" : "word pieces"))
    }
    if let words = classifier.encoder.companion {
      facts.add(
        "word-based networks beside it",
        "\(classifier.model.companions.count), with "
          + classifier.model.companions.reduce(0) { $0 + $1.parameterCount }.grouped
          + " parameters, \(words.vocabulary.wordCount.grouped) words")
    }
    facts.add("n-grams", classifier.model.ngrams.map { $0.vocabulary.count.grouped })
    switch classifier.precision {
    case .int8?: facts.add("weights", "8 bits")
    case .fp16?: facts.add("weights", "16 bits")
    case nil: break
    }
    facts.add("length limit", classifier.encoder.maximumTokens.map { "\($0.grouped) tokens" })
    if record.trainingTextCount > 0 {
      facts.add(
        "trained on",
        "\(record.trainingTextCount.grouped) texts; \(record.developmentTextCount.grouped) "
          + "for development")
    }
    facts.addDigest("digest of the training data", record.trainingData.digest)
    facts.addDigest("digest of the development data", record.developmentData?.digest)
    facts.add(
      "division", record.developmentData == nil ? record.recipe.divisionText : "development data was given")
    facts.add("seeds", record.runs.isEmpty ? nil : record.runs.map { "\($0.seed)" }.joined(separator: ", "))
    facts.addDigest("digest of this data", report.data.digest)
    facts.add(
      "this data",
      "\(report.data.texts.grouped) texts, \(report.data.tokens.grouped) tokens"
        + (classifier.kind.hasNetwork
          ? ", \(Figure.percent(report.data.unknownShare, digits: 2)) unknown; "
            + "\(report.data.cutTexts.grouped) texts truncated" : "")
        + "; \(report.data.emptyTexts.grouped) without a word")
    return "<section>\n<h2>Model and data</h2>\n" + facts.html
      + "<details><summary>Recipe</summary>\n<pre>\(MarkupText.escaped(record.recipe.text))</pre></details>\n"
      + "</section>\n"
  }

  private var methodSection: String {
    let overlap =
      report.overlap == nil
      ? "Overlap with the training data was not checked; --train checks it."
      : "Texts are the same if they differ only in white space, and near-duplicates if they share seven "
        + "tenths of their word trigrams."
    return """
      <section>
      <h2>How this was measured</h2>
      <ul>
      <li>Intervals: 95 % of \(report.bootstrap.replicates) resamples of these texts (seed \
      \(report.bootstrap.seed)) lie in them; those of bars are Wilson's.</li>
      <li>Words: blue speaks for the label that is named, orange against it; the strongest of a text has the \
      fullest colour. Of long texts the part is shown whose words weigh most.</li>
      <li>Suspected labels: confident learning (Northcutt et al. 2021). The model's probabilities are used \
      as those of texts that it has not seen.</li>
      <li>\(overlap)</li>
      </ul>
      </section>

      """
  }
}

extension TrainingRecipe {
  /// How development data was held out.
  fileprivate var divisionText: String {
    let keys = ["dev-split", "validation-fraction", "group-column"]
    return keys.compactMap { RecipeKey.named($0) }
      .map { "\($0.name) \($0.text(in: self))" }.filter { !$0.hasSuffix(" ") }.joined(separator: ", ")
  }
}
