import Discern
import DiscernEvaluation
import DiscernIO
import DiscernModels
import DiscernSystem

/// The part of a report about one task.
struct TaskSections {
  let findings: TaskFindings
  let report: ModelReport
  /// The task's number, from 1; nil if it is the only one.
  let number: Int?

  init(_ findings: TaskFindings, _ report: ModelReport, number: Int?) {
    self.findings = findings
    self.report = report
    self.number = number
  }

  var names: [String] { findings.task.labels.names }
  var isMultiLabel: Bool { findings.thresholds != nil }

  /// A label's figures.
  struct LabelRow {
    let label: Int
    let threshold: Float?
    let metrics: ClassMetrics
    let ranking: RankingMetrics
  }

  var labelRows: [LabelRow] {
    switch findings.report {
    case .singleLabel(let report):
      report.classes.enumerated().map {
        LabelRow(label: $0, threshold: nil, metrics: $1.metrics, ranking: $1.ranking)
      }
    case .multiLabel(let report):
      report.labels.enumerated().map {
        LabelRow(label: $0, threshold: $1.threshold, metrics: $1.metrics, ranking: $1.ranking)
      }
    }
  }

  var html: String {
    var html = ""
    if let number {
      html +=
        "<h2 class=\"task\" id=\"task-\(number)\">"
        + "\(MarkupText.escaped(DisplayText.escaped(findings.task.name)))</h2>\n"
    }
    html += section("Figures", reservation + cards + figures)
    html += section("Labels", labels)
    html += section(isMultiLabel ? "Confused labels" : "Confusions", confusions)
    let curves = CurveSections(self)
    html += section("Thresholds", curves.html)
    html += section("Where the model is right", groups)
    html += TextSections(findings).html
    return html
  }

  private func section(_ title: String, _ body: String) -> String {
    body.isEmpty ? "" : "<section>\n<h2>\(title)</h2>\n\(body)</section>\n"
  }

  // MARK: Figures

  /// A warning if few of the texts have labels of the task.
  private var reservation: String {
    let count = findings.isRight.count
    guard count < report.data.texts, let few = ReportPage.fewTexts(count) else { return "" }
    return "<p class=\"warning\">\(MarkupText.escaped(few))</p>\n"
  }

  private var cards: String {
    let shown: [Measure] = isMultiLabel ? [.microF1, .macroF1, .accuracy] : [.accuracy, .macroF1, .logLoss]
    let cards = shown.compactMap { measure in findings.figures.first { $0.measure == measure } }
    return "<ul class=\"cards\">\n"
      + cards.map {
        "<li><span class=\"value\">\(Figure.text($0.value))</span>"
          + "<span>\($0.measure == .accuracy && isMultiLabel ? "all labels right" : $0.measure.name)</span>"
          + "<span class=\"quiet\">\(Figure.interval($0.interval))</span></li>\n"
      }.joined() + "</ul>\n"
  }

  private var figures: String {
    var table = ReportTable([.text("figure"), .number("value"), .number("95 % interval")])
    for figure in findings.figures {
      table.add([
        .text(figure.measure.name), .number(Figure.text(figure.value)),
        .number(Figure.interval(figure.interval)),
      ])
    }
    let undefined = findings.figures.contains { $0.value != nil && $0.interval == nil }
    return table.html
      + (undefined
        ? "<p class=\"quiet\">Without an interval: the figure is undefined on too many resamples, or there "
          + "are too many scores to rank so often.</p>\n" : "")
  }

  private var labels: String {
    var head: [ReportTable.Cell] = [.text("label")]
    if isMultiLabel { head.append(.number("threshold")) }
    head += ["precision", "recall", "F1", "texts", "given", "ROC AUC", "average precision"].map {
      .number($0)
    }
    var table = ReportTable(head)
    for row in labelRows {
      var cells: [ReportTable.Cell] = [.text(shown(row.label))]
      if let threshold = row.threshold { cells.append(.number(String(format: "%.3f", threshold))) }
      let metrics = row.metrics
      cells += [
        .number(metrics.isPrecisionUndefined ? "–" : Figure.text(metrics.precision)),
        .number(metrics.isRecallUndefined ? "–" : Figure.text(metrics.recall)),
        .number(metrics.isF1Undefined ? "–" : Figure.text(metrics.f1)),
        .number(metrics.support.grouped), .number(metrics.predicted.grouped),
        .number(Figure.text(row.ranking.rocAUC)), .number(Figure.text(row.ranking.averagePrecision)),
      ]
      table.add(cells)
    }
    // A long list would take up most of the page.
    return labelRows.count > 30
      ? "<details><summary>All \(labelRows.count) labels</summary>\n\(table.html)</details>\n" : table.html
  }

  /// A label's name on one line.
  func shown(_ label: Int) -> String { DisplayText.cut(DisplayText.escaped(names[label]), to: 60) }

  // MARK: Confusions

  private var confusions: String {
    let mixed = Confusions(findings)
    let kept = mixed.kept(ConfusionChart.nameLimit)
    let chart = ConfusionChart(
      names: kept.map { names[$0] }, counts: mixed.counts(kept), totals: kept.map { mixed.totals[$0] },
      title: isMultiLabel ? "Missed labels, and wrong labels of the same texts" : "Confusion matrix",
      rowName: isMultiLabel ? "missed" : "true", columnName: isMultiLabel ? "given wrongly" : "given")
    var note = ""
    if kept.count < names.count {
      note =
        "<p class=\"quiet\">\(kept.count) of \(names.count) labels, those with the most errors: "
        + "\(mixed.errors(among: kept).grouped) of \(mixed.errorCount.grouped) confusions "
        + "are among them.</p>\n"
    }
    var table = ReportTable([
      .text(isMultiLabel ? "missed" : "true"), .text("given"), .number("texts"),
      .number(isMultiLabel ? "of those with the label" : "of the label"),
    ])
    for (row, column, count) in mixed.largest(12) {
      table.add([
        .text(shown(row)), .text(shown(column)), .number(count.grouped),
        .number(Figure.percent(Double(count) / Double(max(1, mixed.totals[row])))),
      ])
    }
    let listed = table.isEmpty ? "" : table.html
    // A large picture has a row of its own.
    return names.count > ConfusionChart.fewNames
      ? note + chart.html + listed
      : note + "<div class=\"charts\">\n\(chart.html)<div>\n\(listed)</div>\n</div>\n"
  }

  // MARK: Groups

  private var groups: String {
    let overlap = findings.byOverlap
    let charts = [
      GroupChart(title: "Accuracy by length, in tokens that the model reads", groups: findings.byLength),
      GroupChart(title: "Accuracy by the fraction of unknown words", groups: findings.byUnknown),
      GroupChart(title: "Accuracy on texts in the training data, and on others", groups: overlap),
    ].filter { !$0.groups.isEmpty }
    return "<div class=\"charts\">\n" + charts.map(\.html).joined() + "</div>\n"
  }
}
