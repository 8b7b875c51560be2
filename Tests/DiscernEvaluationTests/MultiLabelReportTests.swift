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
