import DiscernEvaluation
import Foundation
import TestSupport
import Testing

private func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool { abs(a - b) <= tolerance }

private func close(_ a: AveragedMetrics, _ b: [Double]) -> Bool {
  close(a.precision, b[0]) && close(a.recall, b[1]) && close(a.f1, b[2])
}

private func close(_ a: [Double?], _ b: [Double?]) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { a, b in a.map { a in b.map { close(a, $0) } ?? false } ?? (b == nil) }
}

private func report(_ input: MultiLabelCase, thresholds: [Float]? = nil) throws -> MultiLabelReport {
  let (probabilities, labels) = input.make()
  let predictions = try MultiLabelPredictions(
    probabilities: probabilities, labelCount: input.labelCount, labels: labels)
  return MultiLabelReport(
    predictions, labelNames: (0..<input.labelCount).map { "label \($0)" },
    thresholds: thresholds ?? input.thresholds)
}

@Test(arguments: multiLabelFigures) func multiLabelFiguresAreScikitLearns(expected: MultiLabelFigures) throws
{
  let report = try report(expected.input)
  #expect(close(report.subsetAccuracy, expected.subsetAccuracy))
  #expect(close(report.hammingLoss, expected.hammingLoss))
  #expect(close(report.logLoss, expected.logLoss, 1e-6))
  #expect(close(report.microAverage, expected.micro))
  #expect(close(report.macroAverage, expected.macro))
  #expect(close(report.weightedAverage, expected.weighted))
  #expect(close(report.sampleAverage, expected.samples))
  #expect(close(report.labels.map(\.metrics.precision), expected.precision))
  #expect(close(report.labels.map(\.metrics.recall), expected.recall))
  #expect(close(report.labels.map(\.metrics.f1), expected.f1))
  #expect(report.labels.map(\.metrics.support) == expected.support)
  #expect(close(report.labels.map(\.ranking.rocAUC), expected.rocAUC))
  #expect(close(report.labels.map(\.ranking.averagePrecision), expected.averagePrecision))
  #expect((report.macroROCAUC == nil) == expected.rocAUC.contains { $0 == nil })
  let areas = expected.rocAUC.compactMap { $0 }
  if let area = report.macroROCAUC { #expect(close(area, areas.reduce(0, +) / Double(areas.count))) }
  _ = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report))
  for line in report.table(width: 70).split(separator: "\n") { #expect(line.count <= 70, "\(line)") }
}

@Test(arguments: multiLabelFigures) func noThresholdHasABetterF1(expected: MultiLabelFigures) throws {
  let (probabilities, labels) = expected.input.make()
  let predictions = try MultiLabelPredictions(
    probabilities: probabilities, labelCount: expected.input.labelCount, labels: labels)
  let thresholds = predictions.tunedThresholds()
  #expect(thresholds.allSatisfy { $0 >= 0 && $0 <= 1 })
  let report = try report(expected.input, thresholds: thresholds)
  #expect(close(report.labels.map(\.metrics.f1), expected.bestF1))
  for (threshold, support) in zip(thresholds, expected.support) where support == 0 {
    #expect(threshold == 0.5)
  }
}

@Test func ofEquallyGoodThresholdsTheOneNearestToOneHalfIsTaken() {
  func tuned(_ scores: [Float], _ isTrue: [Bool]) -> Float {
    LabelThreshold.tuned(scores: scores, isTrue: isTrue)
  }
  // Between 0.25 and 0.75, wherever one likes: the middle.
  #expect(tuned([0.75, 0.25], [true, false]) == 0.5)
  #expect(tuned([0.25, 0.75, 0.125], [false, true, false]) == 0.5)
  // One cut gives 2/3 with the first alone (0.875), one with all three (0.0625): the nearer of both.
  #expect(tuned([1, 0.75, 0.25, 0.125], [true, false, false, true]) == 0.875)
  // All the same score: all are given, from the middle between it and 0 on.
  #expect(tuned([0.5, 0.5, 0.5], [true, false, false]) == 0.25)
  #expect(tuned([0, 0], [true, false]) == 0)
  // Nothing to find, nothing to tune.
  #expect(tuned([0.9, 0.1], [false, false]) == 0.5)
  #expect(tuned([], []) == 0.5)
  // All hold: all are given.
  #expect(tuned([0.75, 0.25], [true, true]) == 0.125)
  // Neighbouring floats: the middle is one of them, and only the upper one divides.
  let (low, high) = (Float(0.3), Float(0.3).nextUp)
  let threshold = tuned([high, low], [true, false])
  #expect(threshold > low && threshold <= high)
}

/// Against every cut there is, on scores with many ties.
@Test func thresholdsAreThoseOfTryingAll() {
  var random = SeededGenerator(seed: 5)
  for _ in 0..<300 {
    let count = Int.random(in: 1...12, using: &random)
    let scores = (0..<count).map { _ in Float(Int.random(in: 0...8, using: &random)) / 8 }
    let isTrue = (0..<count).map { _ in Bool.random(using: &random) }
    guard isTrue.contains(true) else { continue }
    func f1(_ threshold: Float) -> Double {
      let given = scores.map { $0 >= threshold }
      let correct = zip(given, isTrue).count { $0 && $1 }
      return 2 * Double(correct) / Double(given.count { $0 } + isTrue.count { $0 })
    }
    let levels = Set(scores + [0]).sorted()
    let cuts = zip(levels, levels.dropFirst()).map { ($0 + $1) / 2 } + (scores.contains(0) ? [0] : [])
    let best = cuts.map(f1).max() ?? 0
    let nearest = cuts.filter { f1($0) == best }.map { abs($0 - 0.5) }.min() ?? 0
    let tuned = LabelThreshold.tuned(scores: scores, isTrue: isTrue)
    #expect(f1(tuned) == best && abs(tuned - 0.5) == nearest, "\(scores) \(isTrue) \(tuned)")
  }
}

@Test func multiLabelInputThatCannotBeIsNamed() {
  func error(_ probabilities: [Float], _ count: Int, _ labels: [[Int32]]) -> EvaluationError? {
    #expect(throws: EvaluationError.self) {
      try MultiLabelPredictions(probabilities: probabilities, labelCount: count, labels: labels)
    }
  }
  #expect(error([], 2, []) == .noExamples)
  #expect(error([], 0, [[]]) == .noClasses)
  #expect(error([0.5], 2, [[]]) == .probabilityCount(expected: 2, got: 1))
  #expect(error([0.5, 0.5], 2, [[2]]) == .labelOutOfRange(row: 0, label: 2, classCount: 2))
  #expect(error([0.5, 0.5], 2, [[-1]]) == .labelOutOfRange(row: 0, label: -1, classCount: 2))
  #expect(error([0.5, 1.5], 2, [[]]) == .probabilityOutOfRange(row: 0, column: 1, value: 1.5))
  if case .probabilityOutOfRange(0, 0, _) = error([.nan, 0.5], 2, [[]]) {} else { Issue.record("NaN") }
}
