import DiscernEvaluation
import Testing

private func failure(
  _ probabilities: [Double], _ classCount: Int, _ labels: [Int32]
) -> EvaluationError? {
  do throws(EvaluationError) {
    _ = try ProbabilisticPredictions(
      probabilities: probabilities, classCount: classCount, labels: labels)
    return nil
  } catch {
    return error
  }
}

@Test func badInputIsATypedError() {
  #expect(failure([], 2, []) == .noExamples)
  #expect(failure([], 0, [0]) == .noClasses)
  #expect(failure([0.5, 0.5, 1], 2, [0]) == .probabilityCount(expected: 2, got: 3))
  #expect(failure([0.5, 0.5], .max, [0, 0]) == .probabilityCount(expected: .max, got: 2))
  #expect(
    failure([0.5, 0.5, 1, 0], 2, [0, 2]) == .labelOutOfRange(row: 1, label: 2, classCount: 2))
  #expect(failure([0.5, 0.5], 2, [-1]) == .labelOutOfRange(row: 0, label: -1, classCount: 2))
  #expect(
    failure([1.5, -0.5], 2, [0]) == .probabilityOutOfRange(row: 0, column: 0, value: 1.5))
  #expect(
    failure([1, -0.5], 2, [0]) == .probabilityOutOfRange(row: 0, column: 1, value: -0.5))
  #expect(failure([0.5, 0.25], 2, [0]) == .probabilitySum(row: 0, sum: 0.75))
  for bad in [Double.nan, .infinity, -.infinity] {
    guard case .probabilityOutOfRange(row: 0, column: 1, value: _) = failure([1, bad], 2, [0])
    else {
      Issue.record("\(bad) was let through")
      continue
    }
  }
  #expect(failure([0.5, 0.5], 2, [1]) == nil)
}

@Test func errorsSayWhatIsWrong() {
  #expect("\(EvaluationError.noExamples)".contains("no labelled example"))
  #expect(
    "\(EvaluationError.labelOutOfRange(row: 3, label: 9, classCount: 2))"
      == "example 3 has label 9, but labels go from 0 to 1")
}

@Test func tiesGoToTheLowerClassEverywhere() throws {
  let predictions = try ProbabilisticPredictions(
    probabilities: [0.25, 0.25, 0.25, 0.25, 0.1, 0.4, 0.1, 0.4] as [Double], classCount: 4,
    labels: [1, 3])
  #expect(predictions.predictedLabels == [0, 1])
  #expect(predictions.topAccuracy(1) == 0)
  #expect(predictions.topAccuracy(2) == 1)
  #expect(predictions.topAccuracy(4) == 1)
}

@Test func theOrderOfExamplesDoesNotMatter() throws {
  let (probabilities, labels) = goldenFigures[5].input.make()
  let classes = goldenFigures[5].input.classCount
  let forward = try ProbabilisticPredictions(
    probabilities: probabilities, classCount: classes, labels: labels)
  let backward = try ProbabilisticPredictions(
    probabilities: labels.indices.reversed().flatMap {
      probabilities[$0 * classes..<($0 + 1) * classes]
    }, classCount: classes, labels: labels.reversed())
  for column in 0..<classes {
    #expect(forward.ranking(ofClass: column) == backward.ranking(ofClass: column))
  }
}

// A pair at a time: the definition of the area, against the sorted sweep.
@Test func areaIsTheShareOfPairsRankedRightly() throws {
  for golden in goldenFigures {
    let (probabilities, labels) = golden.input.make()
    let classes = golden.input.classCount
    let predictions = try ProbabilisticPredictions(
      probabilities: probabilities, classCount: classes, labels: labels)
    for column in 0..<classes {
      var right = 0.0
      var pairs = 0.0
      for i in labels.indices where labels[i] == column {
        for j in labels.indices where labels[j] != column {
          let positive = probabilities[i * classes + column]
          let negative = probabilities[j * classes + column]
          pairs += 1
          right += positive > negative ? 1 : positive == negative ? 0.5 : 0
        }
      }
      let area = predictions.ranking(ofClass: column).rocAUC
      #expect(pairs == 0 ? area == nil : area == right / pairs)
    }
  }
}
