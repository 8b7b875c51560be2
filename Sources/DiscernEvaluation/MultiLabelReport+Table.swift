import DiscernIO
import DiscernSystem

extension MultiLabelReport {
  /// The report as a readable text: a row of figures per label, averages, overall figures.
  ///
  /// No line is wider than `width` columns (at least 70); long label names are shortened, by the columns that
  /// they take. The text ends with a newline.
  public func table(width: Int = 80) -> String {
    let width = max(width, 70)
    let undefined = "–"
    func figure(_ value: Double?) -> String { value.map { $0.text(decimals: 4) } ?? undefined }
    let names = labels.map { DisplayText.escaped($0.label) }
    let headers = ["threshold", "precision", "recall", "f1", "ROC-AUC", "support"]
    let columns = [9, 9, 6, 6, 7, max(7, String(exampleCount).count)]
    let averages = [
      ("micro average", microAverage), ("macro average", macroAverage), ("weighted average", weightedAverage),
      ("sample average", sampleAverage),
    ]
    let figuresWidth = columns.reduce(0) { $0 + $1 + 2 }
    let nameWidth = min((names + averages.map(\.0)).map(DisplayText.width).max() ?? 0, width - figuresWidth)
    func line(_ name: String, _ cells: [String]) -> String {
      let line = zip(cells, columns).reduce(DisplayText.left(name, nameWidth)) {
        $0 + "  " + DisplayText.right($1.0, $1.1)
      }
      return String(line.reversed().drop { $0 == " " }.reversed())
    }

    var lines = [line("label", headers)]
    for (name, one) in zip(names, labels) {
      let metrics = one.metrics
      lines.append(
        line(
          name,
          [
            figure(Double(one.threshold)), figure(metrics.isPrecisionUndefined ? nil : metrics.precision),
            figure(metrics.isRecallUndefined ? nil : metrics.recall),
            figure(metrics.isF1Undefined ? nil : metrics.f1), figure(one.ranking.rocAUC),
            String(metrics.support),
          ]))
    }
    lines.append("")
    for (name, average) in averages {
      lines.append(line(name, ["", figure(average.precision), figure(average.recall), figure(average.f1)]))
    }
    if labels.contains(where: { $0.metrics.isPrecisionUndefined || $0.metrics.isRecallUndefined }) {
      lines.append("\(undefined): never given, or not in the data; 0 in the averages")
    }
    lines.append("")
    func before(_ value: Double?) -> String {
      value.map { "  (\($0.text(decimals: 4)) before calibration)" } ?? ""
    }
    var overall = [
      ("subset accuracy", figure(subsetAccuracy)), ("Hamming loss", figure(hammingLoss)),
      ("ROC-AUC (macro)", figure(macroROCAUC)), ("average precision (macro)", figure(macroAveragePrecision)),
      ("log loss", figure(logLoss) + before(uncalibrated?.logLoss)),
      (
        "calibration error",
        figure(calibration.expectedCalibrationError)
          + before(uncalibrated?.calibration.expectedCalibrationError)
      ),
    ]
    if let uncalibrated { overall.append(("temperature", figure(uncalibrated.temperature))) }
    overall.append(("examples", String(exampleCount)))
    let overallWidth = overall.map { DisplayText.width($0.0) }.max() ?? 0
    lines += overall.map { DisplayText.left($0.0, overallWidth) + "  " + $0.1 }
    return lines.joined(separator: "\n") + "\n"
  }
}
