import DiscernEvaluation
import DiscernIO
import Testing

private func report(_ names: [String], rows: Int = 60, seed: UInt64 = 7) throws -> ClassificationReport {
  let input = GoldenCase(
    name: "table", seed: seed, exampleCount: rows, classCount: names.count, levels: 50, zero: [],
    absent: [], oneHot: false)
  let (probabilities, labels) = input.make()
  return try ClassificationReport.evaluate(
    probabilities: probabilities, labels: labels, labelNames: names)
}

@Test func tableOfTwoClassesReadsAsIntended() throws {
  let report = try ClassificationReport.evaluate(
    probabilities: [0.75, 0.25, 0.25, 0.75, 0.5, 0.5, 0.25, 0.75] as [Float], labels: [0, 1, 1, 1],
    labelNames: ["neg", "pos"])
  #expect(
    report.table(width: 70) == """
      label             precision     recall         f1  support
      neg                  0.5000     1.0000     0.6667        1
      pos                  1.0000     0.6667     0.8000        3

      macro average        0.7500     0.8333     0.7333        4
      weighted average     0.8750     0.7500     0.7667        4

      accuracy              0.7500  (3 of 4)
      balanced accuracy     0.8333
      Matthews correlation  0.5774
      ROC-AUC               1.0000
      average precision     1.0000
      log loss              0.3890
      Brier score           0.1094
      calibration error     0.3125

      confusion matrix (rows: true, columns: predicted)
           neg  pos
      neg    1    0
      pos    1    2

      """)
}

@Test func noLineIsWiderThanAsked() throws {
  let long = String(repeating: "a very long label name ", count: 6)
  let wide = String(repeating: "很长的标签名字", count: 12)
  let families = String(repeating: "👨‍👩‍👧‍👦é", count: 40)
  for names in [
    ["a", "b"], [long, long + "2"], [wide, long, families, "x"], (0..<20).map { "label \($0)" },
    (0..<20).map { "\(wide)\($0)" }, (0..<30).map { "label \($0) \(wide)" },
  ] {
    for width in [20, 60, 80, 133] {
      let text = try report(names, rows: 300).table(width: width)
      for line in text.split(separator: "\n") {
        #expect(DisplayText.width(String(line)) <= max(width, 60), "\(line)")
      }
    }
  }
}

@Test func manyClassesGiveTheMostFrequentConfusions() throws {
  let text = try report((0..<21).map { "label \($0)" }, rows: 400).table()
  #expect(!text.contains("confusion matrix"))
  #expect(text.contains("most frequent confusions (true → predicted)"))
}

@Test func undefinedFiguresAreMarkedAndExplained() throws {
  let text = try ClassificationReport.evaluate(
    probabilities: [0.9, 0.1, 0] as [Float], labels: [0], labelNames: ["a", "b", "c"]
  ).table()
  #expect(text.contains("–: never predicted, or not in the data; 0 in the averages"))
  #expect(text.contains("left out of the macro average"))
}

@Test func labelsCannotSteerTheTerminal() throws {
  let text = try report(["red\u{1B}[31m\nnew\u{202E}", "b\t\u{2028}"]).table()
  #expect(!text.unicodeScalars.contains("\u{1B}"))
  #expect(!text.unicodeScalars.contains("\u{202E}"))
  #expect(text.contains("red\\u{1B}[31m\\nnew\\u{202E}"))
  #expect(text.contains("b\\t\\u{2028}"))
}
