import DiscernEvaluation
import Foundation
import Testing

// The golden figures are in GoldenFigures.swift, made by Tests/Golden/evaluation.py (scikit-learn 1.9.1).

private func close(_ a: Double?, _ b: Double?, _ tolerance: Double = 1e-12) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return abs(a - b) <= tolerance * max(1, abs(b))
}

private func close(_ a: AveragedMetrics, _ b: [Double]) -> Bool {
  close(a.precision, b[0]) && close(a.recall, b[1]) && close(a.f1, b[2])
}

@Test(arguments: goldenFigures)
func figuresAreThoseOfScikitLearn(golden: GoldenFigures) throws {
  let (probabilities, labels) = golden.input.make()
  let report = try ClassificationReport.evaluate(
    probabilities: probabilities, labels: labels, labelNames: golden.input.labelNames)

  #expect(report.exampleCount == golden.input.exampleCount)
  #expect(report.confusionMatrix.counts == golden.confusion)
  #expect(close(report.accuracy, golden.accuracy))
  #expect(close(report.balancedAccuracy, golden.balancedAccuracy))
  #expect(close(report.matthewsCorrelation, golden.matthews))
  #expect(close(report.macroAverage, golden.macro))
  #expect(close(report.macroAverageOfAllClasses, golden.macroOfAll))
  #expect(close(report.weightedAverage, golden.weighted))
  #expect(close(report.microAverage, [golden.accuracy, golden.accuracy, golden.accuracy]))
  #expect(close(report.rocAUC, golden.rocAUC))
  #expect(close(report.macroROCAUC, golden.macroROCAUC))
  #expect(close(report.weightedROCAUC, golden.weightedROCAUC))
  #expect(close(report.logLoss, golden.logLoss))
  #expect(close(report.brierScore, golden.brier))
  #expect(close(report.calibration.expectedCalibrationError, golden.calibrationError))
  if golden.input.classCount > 2 {
    #expect(close(report.topAccuracies.first?.accuracy, golden.topTwo))
  } else {
    #expect(report.topAccuracies.isEmpty)
  }
  for (column, one) in report.classes.enumerated() {
    #expect(close(one.metrics.precision, golden.precision[column]))
    #expect(close(one.metrics.recall, golden.recall[column]))
    #expect(close(one.metrics.f1, golden.f1[column]))
    #expect(one.metrics.support == golden.support[column])
    #expect(close(one.ranking.rocAUC, golden.classROCAUC[column]))
    #expect(close(one.ranking.averagePrecision, golden.classAveragePrecision[column]))
  }
}

@Test(arguments: goldenFigures)
func singlePrecisionClipsLogLossAsScikitLearnDoes(golden: GoldenFigures) throws {
  let (probabilities, labels) = golden.input.make()
  let report = try ClassificationReport.evaluate(
    probabilities: probabilities.map { Float($0) }, labels: labels,
    labelNames: golden.input.labelNames)
  // scikit-learn also takes the logarithm in single precision.
  #expect(close(report.logLoss, golden.logLossFloat, 2e-6))
  #expect(close(report.accuracy, golden.accuracy))
}

@Test func undefinedFiguresAreFlaggedAndNamed() throws {
  let report = try ClassificationReport.evaluate(
    probabilities: [0.9, 0.1, 0, 0.2, 0.8, 0] as [Float], labels: [0, 0],
    labelNames: ["a", "b", "c"])
  #expect(report.classes.map(\.metrics.isPrecisionUndefined) == [false, false, true])
  #expect(report.classes.map(\.metrics.isRecallUndefined) == [false, true, true])
  #expect(report.classes.map(\.metrics.isF1Undefined) == [false, false, true])
  #expect(report.rocAUC == nil)
  #expect(report.weightedROCAUC == nil)
  #expect(report.averagePrecision == nil)
}

@Test func oneClassAloneHasFiguresButNoRanking() throws {
  let report = try ClassificationReport.evaluate(
    probabilities: [1, 1, 1] as [Float], labels: [0, 0, 0], labelNames: ["only"])
  #expect(report.accuracy == 1)
  #expect(report.macroAverage.f1 == 1)
  #expect(report.matthewsCorrelation == 0)
  #expect(report.rocAUC == nil)
  #expect(report.brierScore == 0)
  #expect(close(report.logLoss, Double(Float.ulpOfOne), 1e-9))
  #expect(report.table().contains("only"))
}

@Test(arguments: goldenFigures)
func jsonHoldsEveryKeyNoNaNAndComesBackEqual(golden: GoldenFigures) throws {
  let (probabilities, labels) = golden.input.make()
  let report = try ClassificationReport.evaluate(
    probabilities: probabilities, labels: labels, labelNames: golden.input.labelNames)
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys]
  let data = try encoder.encode(report)
  #expect(try JSONDecoder().decode(ClassificationReport.self, from: data) == report)

  let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  #expect(
    object.keys.sorted() == [
      "accuracy", "averagePrecision", "averages", "balancedAccuracy", "brierScore", "calibration",
      "classes", "confusionMatrix", "examples", "logLoss", "macroAveragePrecision", "macroROCAUC",
      "matthewsCorrelation", "rocAUC", "topAccuracies", "uncalibrated", "weightedROCAUC",
    ])
  if golden.rocAUC == nil { #expect(object["rocAUC"] is NSNull) }
  let classes = try #require(object["classes"] as? [[String: Any]])
  #expect(classes.count == golden.input.classCount)
  for (one, auc) in zip(classes, golden.classROCAUC) {
    #expect(one.count == 9)
    if auc == nil { #expect(one["rocAUC"] is NSNull) }
  }
}

@Test func figuresBeforeCalibrationStandBesideThoseAfter() throws {
  func predictions(_ confidence: Double) throws -> ProbabilisticPredictions {
    try ProbabilisticPredictions(
      probabilities: [confidence, 1 - confidence, 1 - confidence, confidence], classCount: 2, labels: [0, 0])
  }
  let report = ClassificationReport(
    try predictions(0.5), labelNames: ["a", "b"],
    uncalibrated: ClassificationReport.Uncalibrated(try predictions(0.75), temperature: 1.5))
  let data = try JSONEncoder().encode(report)
  #expect(try JSONDecoder().decode(ClassificationReport.self, from: data) == report)
  let table = report.table()
  #expect(table.contains("log loss              0.6931  (0.8370 before calibration)"))
  #expect(table.contains("calibration error     0.5000  (0.2500 before calibration)"))
  #expect(table.contains("temperature           1.5000"))
}

@Test func jsonThatDisagreesWithItselfIsRefused() {
  func decode(_ text: String) throws -> ConfusionMatrix {
    try JSONDecoder().decode(ConfusionMatrix.self, from: Data(text.utf8))
  }
  #expect(throws: DecodingError.self) { try decode("[]") }
  #expect(throws: DecodingError.self) { try decode("[[1, 2], [3]]") }
  #expect(throws: DecodingError.self) { try decode("[[1, -2], [3, 4]]") }
  #expect(throws: DecodingError.self) {
    try decode("[[9223372036854775807, 1], [0, 0]]")
  }
}
