import DiscernEvaluation
import Testing

/// Other programs' figures for two classifiers; printed by Tests/Golden/comparing.py.
struct PairedFigures: Sendable, CustomTestStringConvertible {
  var name: String
  /// [measures] the first's value and its bounds.
  var first: [[Double]]
  /// [measures] the difference, its bounds and p.
  var differences: [[Double]]

  var testDescription: String { name }

  /// Both classifiers.
  func classifiers() throws -> [WeightedMeasures] {
    switch name {
    case "binary": return try Self.classes(200, 2, [(1, 1_000_000), (22, 1_000_000)])
    case "five": return try Self.classes(300, 5, [(5, 40), (23, 40)])
    default:
      let cases = [Self.labelCase(seed: 1, levels: 1024), Self.labelCase(seed: 31, levels: 64)]
      let labels = cases[0].make().labels
      return try cases.map { input in
        let predictions = try MultiLabelPredictions(
          probabilities: input.make().probabilities, labelCount: 4, labels: labels)
        return WeightedMeasures(.multiLabel(predictions), thresholds: input.thresholds)
      }
    }
  }

  private static func labelCase(seed: UInt64, levels: UInt64) -> MultiLabelCase {
    MultiLabelCase(
      name: "", seed: seed, exampleCount: 200, labelCount: 4, levels: levels, never: [], always: [], zero: [])
  }

  private static func classes(
    _ examples: Int, _ classes: Int, _ cases: [(seed: UInt64, levels: UInt64)]
  ) throws -> [WeightedMeasures] {
    let made = cases.map { GoldenCase(examples, classes, seed: $0.seed, levels: $0.levels).make() }
    return try made.map { own in
      let predictions = try ProbabilisticPredictions(
        probabilities: own.probabilities, classCount: classes, labels: made[0].labels)
      return WeightedMeasures(.singleLabel(predictions), thresholds: nil)
    }
  }
}

extension GoldenCase {
  init(_ exampleCount: Int, _ classCount: Int, seed: UInt64, levels: UInt64) {
    self.init(
      name: "", seed: seed, exampleCount: exampleCount, classCount: classCount, levels: levels, zero: [],
      absent: [], oneHot: false)
  }
}

@Test(arguments: pairedFigures)
func intervalsAndDifferencesAreThoseOfOtherPrograms(_ expected: PairedFigures) throws {
  let paired = PairedMeasures(try expected.classifiers(), Bootstrap(replicates: 60, seed: 7))
  #expect(paired.figures[0].count == expected.first.count)
  for (figure, values) in zip(paired.figures[0], expected.first) {
    let interval = try #require(figure.interval)
    let value = try #require(figure.value)
    for (own, other) in zip([value, interval.low, interval.high], values) {
      #expect(abs(own - other) < 1e-9, "\(figure.measure): \(own) \(other)")
    }
  }
  for (difference, values) in zip(paired.differences[0], expected.differences) {
    let interval = try #require(difference.interval)
    let own = [try #require(difference.difference), interval.low, interval.high]
    for (own, other) in zip(own, values) {
      #expect(abs(own - other) < 1e-9, "\(difference.measure): \(own) \(other)")
    }
    // Differences of 1e-17 may count on the other side of 0 elsewhere.
    #expect(abs(try #require(difference.pValue) - values[3]) < 0.05, "\(difference.measure)")
  }
}

@Test func weightedMeasuresAreTheReportsWhereEachExampleCountsOnce() throws {
  for input in goldenFigures.map(\.input) {
    let (probabilities, labels) = input.make()
    let predictions = try ProbabilisticPredictions(
      probabilities: probabilities, classCount: input.classCount, labels: labels)
    let report = ClassificationReport(predictions, labelNames: input.labelNames)
    let expected: [Double?] = [
      report.accuracy, report.balancedAccuracy, report.macroAverage.f1, report.weightedAverage.f1,
      report.matthewsCorrelation, report.rocAUC, report.averagePrecision, report.logLoss, report.brierScore,
      report.calibration.expectedCalibrationError,
    ]
    let values = WeightedMeasures(.singleLabel(predictions), thresholds: nil).values
    for (measure, pair) in zip(Measure.ofClasses, zip(values, expected)) {
      #expect((pair.0 == nil) == (pair.1 == nil), "\(input.name) \(measure)")
      #expect(abs((pair.0 ?? 0) - (pair.1 ?? 0)) < 1e-12, "\(input.name) \(measure)")
    }
  }
  for input in multiLabelFigures.map(\.input) {
    let (probabilities, labels) = input.make()
    let predictions = try MultiLabelPredictions(
      probabilities: probabilities, labelCount: input.labelCount, labels: labels)
    let names = (0..<input.labelCount).map { "\($0)" }
    let report = MultiLabelReport(predictions, labelNames: names, thresholds: input.thresholds)
    let expected: [Double?] = [
      report.subsetAccuracy, report.microAverage.f1, report.macroAverage.f1, report.sampleAverage.f1,
      report.hammingLoss, report.macroROCAUC, report.macroAveragePrecision, report.logLoss,
      report.calibration.expectedCalibrationError,
    ]
    let values = WeightedMeasures(.multiLabel(predictions), thresholds: input.thresholds).values
    for (measure, pair) in zip(Measure.ofLabels, zip(values, expected)) {
      #expect((pair.0 == nil) == (pair.1 == nil), "\(input.name) \(measure)")
      #expect(abs((pair.0 ?? 0) - (pair.1 ?? 0)) < 1e-12, "\(input.name) \(measure)")
    }
  }
}

@Test func aResampleDependsOnSeedAndNumberAlone() {
  let bootstrap = Bootstrap(replicates: 10, seed: 3)
  var (weights, again) = ([Int32](repeating: 0, count: 50), [Int32](repeating: 9, count: 50))
  bootstrap.draw(4, into: &weights)
  bootstrap.draw(4, into: &again)
  #expect(weights == again && weights.reduce(0, +) == 50)
  bootstrap.draw(5, into: &again)
  #expect(weights != again)
  Bootstrap(replicates: 10, seed: 4).draw(4, into: &again)
  #expect(weights != again)
}

@Test func aRankingOfAClassThatResamplesLackHasNoInterval() throws {
  // One example of the second class is missing in a third of the resamples.
  let predictions = try ProbabilisticPredictions(
    probabilities: (0..<20).flatMap { [1 - Double($0) / 40, Double($0) / 40] }, classCount: 2,
    labels: (0..<20).map { $0 == 19 ? 1 : 0 })
  let figures = Bootstrap(replicates: 200).figures(
    of: WeightedMeasures(.singleLabel(predictions), thresholds: nil))
  let area = try #require(figures.first { $0.measure == .rocAUC })
  #expect(area.value == 1 && area.interval == nil)
  #expect(try #require(figures.first).interval != nil)
}

@Test func oneClassifierDoesNotDifferFromItself() throws {
  let classifier = try pairedFigures[0].classifiers()[0]
  let paired = PairedMeasures([classifier, classifier], Bootstrap(replicates: 50))
  for difference in paired.differences[0] {
    #expect(difference.difference == 0 && difference.pValue == 1, "\(difference.measure)")
    #expect(difference.interval?.low == 0 && difference.interval?.high == 0)
  }
}

@Test func mcNemarsTestIsThatOfStatsmodels() {
  for (first, second, expected) in mcnemarFigures {
    let test = McNemarTest(firstOnly: first, secondOnly: second)
    #expect(abs(test.pValue - expected) < 1e-9, "\(first) \(second): \(test.pValue) \(expected)")
    #expect(test.isExact == (first + second <= 1000))
  }
  #expect(McNemarTest(firstOnly: 0, secondOnly: 0).pValue == 1)
  let counted = McNemarTest(first: [true, true, false, false], second: [true, false, true, true])
  #expect(counted.firstOnly == 1 && counted.secondOnly == 2)
}

@Test func wilsonsIntervalIsThatOfStatsmodels() {
  for (count, total, low, high) in wilsonFigures {
    let interval = ConfidenceInterval(count: count, of: total)
    #expect(abs(interval.low - low) < 1e-9 && abs(interval.high - high) < 1e-9, "\(count) of \(total)")
  }
  #expect(ConfidenceInterval(count: 0, of: 0).low == 0 && ConfidenceInterval(count: 0, of: 0).high == 1)
}
