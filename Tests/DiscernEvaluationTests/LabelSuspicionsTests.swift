import DiscernEvaluation
import Testing

/// cleanlab's results for a case; printed by Tests/Golden/comparing.py.
struct SuspicionFigures: Sendable {
  var seed: UInt64
  var exampleCount: Int
  var classCount: Int
  /// Suspected examples, ascending.
  var rows: [Int]
  /// Of wrong labels; from counts that cleanlab rounds.
  var share: Double
}

@Test func suspectedLabelsAreThoseOfCleanlab() throws {
  for expected in suspicionFigures {
    let (probabilities, labels) = GoldenCase(
      expected.exampleCount, expected.classCount, seed: expected.seed, levels: 1_000_000
    ).make()
    let found = LabelSuspicions(
      try ProbabilisticPredictions(
        probabilities: probabilities, classCount: expected.classCount, labels: labels))
    #expect(found.suspicions.map(\.row).sorted() == expected.rows)
    let rounding = Double(expected.classCount) / Double(expected.exampleCount)
    #expect(abs(found.estimatedShare - expected.share) < rounding, "\(found.estimatedShare)")
    #expect(zip(found.suspicions, found.suspicions.dropFirst()).allSatisfy { $0.margin >= $1.margin })
    for suspicion in found.suspicions {
      #expect(suspicion.given == Int(labels[suspicion.row]) && suspicion.suggested != suspicion.given)
    }
  }
}

/// Binary questions of a multi-label task are those of two classes.
@Test func labelsThatAreMissingOrTooManyAreSuspected() throws {
  let predictions = try MultiLabelPredictions(
    probabilities: [0.9, 0.1, 0.8, 0.2, 0.95, 0.9, 0.1, 0.2], labelCount: 2,
    labels: [[0], [0], [], [1]])
  let found = LabelSuspicions(predictions)
  let shown = found.suspicions.map { "\($0.row) \($0.given ?? -1) \($0.suggested ?? -1)" }
  // The third text lacks label 0 at 0.95; the fourth has label 1 at 0.2.
  #expect(shown.contains("2 -1 0"), "\(shown)")
  #expect(!shown.contains { $0.hasPrefix("0 ") || $0.hasPrefix("1 ") }, "\(shown)")
}

@Test func nothingIsSuspectedWhereTheModelAgrees() throws {
  let predictions = try ProbabilisticPredictions(
    probabilities: [0.9, 0.1, 0.8, 0.2, 0.3, 0.7], classCount: 2, labels: [0, 0, 1])
  let found = LabelSuspicions(predictions)
  #expect(found.suspicions.isEmpty && found.estimatedShare == 0)
}
