import DiscernIO
import DiscernSystem

extension ClassificationReport {
  /// The report as a readable text: a row of figures per class, averages, overall figures, and the confusion
  /// matrix (for at most 20 classes that fit; otherwise the most frequent confusions).
  ///
  /// No line is wider than `width` columns (at least 60); long label names are shortened, by the columns that
  /// they take. The text ends with a newline. Cost: O(C²).
  public func table(width: Int = 80) -> String {
    let width = max(width, 60)
    let names = classes.map { DisplayText.escaped($0.label) }
    let sections = [classTable(names, width), overall(), confusions(names, width)]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private static let undefinedMark = "–"

  private func classTable(_ names: [String], _ width: Int) -> [String] {
    let headers = ["precision", "recall", "f1", "support"]
    let columns = [9, 9, 9, max(7, String(exampleCount).count)]
    let figuresWidth = columns.reduce(0) { $0 + $1 + 2 }
    let averageNames = ["macro average", "weighted average"]
    let longest = (names + averageNames).map(DisplayText.width).max() ?? 0
    let nameWidth = min(longest, width - figuresWidth)

    func line(_ name: String, _ cells: [String]) -> String {
      zip(cells, columns).reduce(DisplayText.left(name, nameWidth)) {
        $0 + "  " + DisplayText.right($1.0, $1.1)
      }
    }
    func figure(_ value: Double, undefined: Bool = false) -> String {
      undefined ? Self.undefinedMark : value.text(decimals: 4)
    }

    var lines = [line("label", headers)]
    for (name, one) in zip(names, classes) {
      let metrics = one.metrics
      lines.append(
        line(
          name,
          [
            figure(metrics.precision, undefined: metrics.isPrecisionUndefined),
            figure(metrics.recall, undefined: metrics.isRecallUndefined),
            figure(metrics.f1, undefined: metrics.isF1Undefined), String(metrics.support),
          ]))
    }
    lines.append("")
    for (name, average) in zip(averageNames, [macroAverage, weightedAverage]) {
      lines.append(
        line(
          name,
          [
            figure(average.precision), figure(average.recall), figure(average.f1),
            String(exampleCount),
          ]))
    }
    let metrics = classes.map(\.metrics)
    if metrics.contains(where: { $0.isPrecisionUndefined || $0.isRecallUndefined }) {
      lines.append("\(Self.undefinedMark): never predicted, or not in the data; 0 in the averages")
    }
    if metrics.contains(where: \.isF1Undefined) {
      lines.append("labels that are neither predicted nor in the data are left out of the macro average")
    }
    return lines
  }

  private func overall() -> [String] {
    func figure(_ value: Double?) -> String {
      value.map { $0.text(decimals: 4) } ?? Self.undefinedMark
    }
    func before(_ value: Double?) -> String {
      value.map { "  (\($0.text(decimals: 4)) before calibration)" } ?? ""
    }
    var rows = [
      ("accuracy", "\(figure(accuracy))  (\(confusionMatrix.correctCount) of \(exampleCount))"),
      ("balanced accuracy", figure(balancedAccuracy)),
      ("Matthews correlation", figure(matthewsCorrelation)),
      (classes.count > 2 ? "ROC-AUC (macro)" : "ROC-AUC", figure(rocAUC)),
      (
        classes.count > 2 ? "average precision (macro)" : "average precision",
        figure(averagePrecision)
      ),
      ("log loss", figure(logLoss) + before(uncalibrated?.logLoss)),
      ("Brier score", figure(brierScore) + before(uncalibrated?.brierScore)),
      (
        "calibration error",
        figure(calibration.expectedCalibrationError)
          + before(uncalibrated?.calibration.expectedCalibrationError)
      ),
    ]
    if let uncalibrated { rows.append(("temperature", figure(uncalibrated.temperature))) }
    rows += topAccuracies.map { ("top-\($0.k) accuracy", figure($0.accuracy)) }
    let nameWidth = rows.map { DisplayText.width($0.0) }.max() ?? 0
    return rows.map { DisplayText.left($0.0, nameWidth) + "  " + $0.1 }
  }

  private func confusions(_ names: [String], _ width: Int) -> [String] {
    guard classes.count > 1 else { return [] }
    if classes.count <= 20, let picture = matrixPicture(names, width) { return picture }
    return frequentConfusions(names, width)
  }

  // Names head the columns if they fit, otherwise numbers do; nil if not even those fit.
  private func matrixPicture(_ names: [String], _ width: Int) -> [String]? {
    let digits = String(confusionMatrix.counts.max() ?? 0).count
    let longestName = names.map(DisplayText.width).max() ?? 0
    let named = max(digits, longestName)
    if longestName + (named + 2) * names.count <= width {
      return matrixPicture(
        title: "confusion matrix (rows: true, columns: predicted)", rowNames: names,
        columnNames: names, nameWidth: longestName, cellWidth: named)
    }
    let numbers = names.indices.map { String($0 + 1) }
    let numberWidth = String(names.count).count
    let cell = max(digits, numberWidth)
    let room = width - (cell + 2) * names.count
    guard room >= min(numberWidth + 1 + longestName, numberWidth + 9) else { return nil }
    return matrixPicture(
      title: "confusion matrix (rows: true, columns: predicted, numbered)",
      rowNames: zip(numbers, names).map { DisplayText.right($0, numberWidth) + " " + $1 },
      columnNames: numbers, nameWidth: min(numberWidth + 1 + longestName, room), cellWidth: cell)
  }

  private func matrixPicture(
    title: String, rowNames: [String], columnNames: [String], nameWidth: Int, cellWidth: Int
  ) -> [String] {
    func line(_ name: String, _ cells: [String]) -> String {
      cells.reduce(DisplayText.left(name, nameWidth)) {
        $0 + "  " + DisplayText.right($1, cellWidth)
      }
    }
    var lines = [title, line("", columnNames)]
    for (row, name) in rowNames.enumerated() {
      lines.append(line(name, columnNames.indices.map { String(confusionMatrix[row, $0]) }))
    }
    return lines
  }

  private func frequentConfusions(_ names: [String], _ width: Int) -> [String] {
    var pairs: [(count: Int, trueClass: Int, predicted: Int)] = []
    for row in names.indices {
      for column in names.indices where row != column && confusionMatrix[row, column] > 0 {
        pairs.append((confusionMatrix[row, column], row, column))
      }
    }
    guard !pairs.isEmpty else { return [] }
    // Ties in the order of the labels, so that the text is the same every time.
    pairs.sort { ($1.count, $0.trueClass, $0.predicted) < ($0.count, $1.trueClass, $1.predicted) }
    let shown = pairs.prefix(10)
    let countWidth = String(shown[0].count).count
    let nameWidth = (width - countWidth - 2 - 3) / 2
    return ["most frequent confusions (true → predicted)"]
      + shown.map {
        DisplayText.right(String($0.count), countWidth) + "  "
          + DisplayText.cut(names[$0.trueClass], to: nameWidth) + " → "
          + DisplayText.cut(names[$0.predicted], to: nameWidth)
      }
  }
}
