import DiscernEvaluation
import Testing

@Test func rowsAreTrueAndColumnsPredicted() throws {
  let matrix = try ConfusionMatrix(
    trueLabels: [0, 0, 1, 2], predictedLabels: [0, 1, 1, 0], classCount: 3)
  #expect(matrix.counts == [1, 1, 0, 0, 1, 0, 1, 0, 0])
  #expect(matrix[0, 1] == 1)
  #expect(matrix[1, 0] == 0)
  #expect(matrix.supports == [2, 1, 1])
  #expect(matrix.predictedCounts == [2, 2, 0])
}

@Test func partsAddUpToTheWhole() throws {
  let first = try ConfusionMatrix(trueLabels: [0, 1], predictedLabels: [0, 0], classCount: 2)
  var sum = try ConfusionMatrix(trueLabels: [1, 1], predictedLabels: [1, 0], classCount: 2)
  sum.add(first)
  #expect(
    sum
      == (try ConfusionMatrix(
        trueLabels: [0, 1, 1, 1], predictedLabels: [0, 0, 1, 0], classCount: 2)))
}

@Test func labelsOutsideTheClassesAreRefused() {
  #expect(throws: EvaluationError.labelOutOfRange(row: 1, label: 2, classCount: 2)) {
    try ConfusionMatrix(trueLabels: [0, 1], predictedLabels: [0, 2], classCount: 2)
  }
  #expect(throws: EvaluationError.labelCount(expected: 2, got: 1)) {
    try ConfusionMatrix(trueLabels: [0, 1], predictedLabels: [0], classCount: 2)
  }
  #expect(throws: EvaluationError.noClasses) {
    try ConfusionMatrix(trueLabels: [], predictedLabels: [], classCount: 0)
  }
}

@Test func anEmptyMatrixGivesZeros() {
  let matrix = ConfusionMatrix(classCount: 2)
  #expect(matrix.accuracy == 0)
  #expect(matrix.macroAverage == matrix.weightedAverage)
  #expect(matrix.macroAverage.f1 == 0)
  #expect(matrix.balancedAccuracy == 0)
  #expect(matrix.matthewsCorrelation == 0)
}

@Test func wrongClassesAreAProgrammersMistake() async {
  await #expect(processExitsWith: .failure) {
    var matrix = ConfusionMatrix(classCount: 2)
    matrix.add(trueClass: 0, predictedClass: 2)
  }
}
