import Discern
import DiscernEvaluation
import DiscernModels
import DiscernSystem

/// The charts and tables about a task's probabilities.
struct CurveSections {
  private let sections: TaskSections
  private var findings: TaskFindings { sections.findings }

  /// The maximum number of curves: more lines cannot be distinguished.
  private static let curveLimit = 6

  init(_ sections: TaskSections) { self.sections = sections }

  var html: String {
    let labels = shownLabels
    let curves = labels.map { label -> (name: String, curve: ThresholdCurve) in
      let (scores, isTrue) = findings.scores(ofLabel: label)
      return (sections.shown(label), ThresholdCurve(scores: scores, isPositive: isTrue))
    }
    var charts: [String] = []
    let roc = curves.compactMap { own in own.curve.roc.map { LineChart.Line(name: own.name, points: $0) } }
    if !roc.isEmpty {
      charts.append(
        LineChart(
          title: "ROC", xName: "false-positive rate", yName: "true-positive rate", xAxis: .unit, yAxis: .unit,
          lines: roc, hasDiagonal: true
        ).html)
    }
    let recall = curves.compactMap { own in
      own.curve.precisionRecall.map { LineChart.Line(name: own.name, points: $0) }
    }
    if !recall.isEmpty {
      charts.append(
        LineChart(
          title: "Precision and recall", xName: "recall", yName: "precision", xAxis: .unit, yAxis: .unit,
          lines: recall
        ).html)
    }
    charts.append(ReliabilityChart(title: "Calibration on this data", curve: calibration).html)
    if let last = sections.isMultiLabel ? commonThresholds : coverage { charts.append(last) }
    // A fourth chart would be alone in its row.
    let columns = charts.count == 4 ? "charts pairs" : "charts"
    return note(labels) + "<div class=\"\(columns)\">\n\(charts.joined())</div>\n" + thresholdTable
  }

  private var calibration: CalibrationCurve {
    switch findings.report {
    case .singleLabel(let report): report.calibration
    case .multiLabel(let report): report.calibration
    }
  }

  /// Of two classes, the second; of many labels, those with the lowest ROC AUC.
  private var shownLabels: [Int] {
    let count = sections.names.count
    if !sections.isMultiLabel, count == 2 { return [1] }
    if count <= Self.curveLimit { return Array(0..<count) }
    return sections.labelRows.filter { $0.ranking.rocAUC != nil }.sorted { a, b in
      let (own, other) = (a.ranking.rocAUC ?? 0, b.ranking.rocAUC ?? 0)
      return own != other ? own < other : a.label < b.label
    }.prefix(Self.curveLimit).map(\.label).sorted()
  }

  private func note(_ labels: [Int]) -> String {
    if !sections.isMultiLabel, sections.names.count == 2 {
      return "<p class=\"quiet\">ROC, precision and recall are of the label "
        + "<bdi>\(MarkupText.escaped(sections.shown(1)))</bdi>.</p>\n"
    }
    if labels.count < sections.names.count {
      return
        "<p class=\"quiet\">Curves of the \(labels.count) labels hardest to tell from the others, of "
        + "\(sections.names.count).</p>\n"
    }
    return ""
  }

  // MARK: One label per text

  /// The accuracy of the remaining answers if uncertain ones are withheld.
  private var coverage: String? {
    guard case .singleLabel(let predictions) = findings.predictions else { return nil }
    let order = zip(predictions.confidences, findings.isRight).sorted { $0.0 > $1.0 }
    var points: [(x: Double, y: Double)] = []
    var right = 0
    for (index, answer) in order.enumerated() {
      right += answer.1 ? 1 : 0
      // Equal confidences have no order; the first few answers are not informative.
      let isLast = index == order.count - 1 || order[index + 1].0 != answer.0
      if isLast, index + 1 >= min(20, order.count) {
        points.append((Double(index + 1) / Double(order.count), Double(right) / Double(index + 1)))
      }
    }
    // A single point is not a line.
    if points.count < 2 { return nil }
    return LineChart(
      title: "Accuracy of the most confident "
        + "predictions", xName: "fraction of texts that are classified", yName: "accuracy",
      xAxis: .unit, yAxis: Axis(points.map(\.y) + [1]), lines: [LineChart.Line(name: "", points: points)]
    ).html
  }

  // MARK: Multi-label

  private var commonThresholds: String? {
    guard case .multiLabel(let predictions) = findings.predictions else { return nil }
    let thresholds = (1...19).map { Double($0) / 20 }
    let count = predictions.labelCount
    var lines: [(micro: Double, macro: Double)] = []
    for threshold in thresholds {
      let values = WeightedMeasures(
        findings.predictions, thresholds: Array(repeating: Float(threshold), count: count), ranks: false)
      let figures = zip(values.measures, values.values)
      func figure(_ measure: Measure) -> Double { figures.first { $0.0 == measure }.flatMap(\.1) ?? 0 }
      lines.append((figure(.microF1), figure(.macroF1)))
    }
    return LineChart(
      title: "F1 at one threshold for all labels", xName: "threshold", yName: "", xAxis: .unit, yAxis: .unit,
      lines: [
        LineChart.Line(name: "micro F1", points: zip(thresholds, lines).map { ($0, $1.micro) }),
        LineChart.Line(name: "macro F1", points: zip(thresholds, lines).map { ($0, $1.macro) }),
      ]
    ).html
  }

  // MARK: Effects of thresholds

  private var thresholdTable: String {
    guard case .singleLabel(let predictions) = findings.predictions else { return "" }
    let confidences = predictions.confidences
    var table = ReportTable([
      .number("from"), .number("answered"), .number("accuracy"), .number("95 % interval"),
    ])
    for threshold in [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99] {
      let rows = confidences.indices.filter { confidences[$0] >= threshold }
      let right = rows.count { findings.isRight[$0] }
      table.add([
        .number(String(format: "%g", threshold)),
        .number(Figure.percent(Double(rows.count) / Double(confidences.count))),
        .number(rows.isEmpty ? "–" : Figure.text(Double(right) / Double(rows.count))),
        .number(rows.isEmpty ? "–" : Figure.interval(ConfidenceInterval(count: right, of: rows.count))),
      ])
    }
    return "<div class=\"charts\">\n<div>\n<h3>If answers are given from a confidence on</h3>\n"
      + table.html + "</div>\n" + secondClass + "</div>\n"
  }

  /// For two classes: the figures if the second one is given from a certain probability on.
  private var secondClass: String {
    guard sections.names.count == 2 else { return "" }
    let (scores, isTrue) = findings.scores(ofLabel: 1)
    var table = ReportTable([
      .number("from"), .number("given"), .number("precision"), .number("recall"),
      .number("F1"),
    ])
    for threshold in [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] {
      let given = scores.map { $0 >= threshold }
      let right = zip(given, isTrue).count { $0 && $1 }
      let (all, positives) = (given.count { $0 }, isTrue.count { $0 })
      let both = all + positives
      table.add([
        .number(String(format: "%g", threshold)), .number(all.grouped),
        .number(all == 0 ? "–" : Figure.text(Double(right) / Double(all))),
        .number(positives == 0 ? "–" : Figure.text(Double(right) / Double(positives))),
        .number(both == 0 ? "–" : Figure.text(2 * Double(right) / Double(both))),
      ])
    }
    return "<div>\n<h3>If <bdi>\(MarkupText.escaped(sections.shown(1)))</bdi> is given from a probability on"
      + "</h3>\n\(table.html)</div>\n"
  }
}
