import DiscernTraining
import Testing

private func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
  var options = TrainingOptions()
  options.learningRate = 0.1
  options.patience = 3
  options.plateauFactor = 0.5
  change(&options)
  return options
}

/// Judges epochs of the given accuracies and losses.
private func judge(
  _ epochs: [(accuracy: Double, loss: Double)], _ options: TrainingOptions
) -> [Selection.Judgement] {
  var selection = Selection(options)
  return epochs.map { selection.judge(score: $0.accuracy, loss: $0.loss) }
}

@Test func theBestIsTheFirstOrBetterThanAllBefore() {
  let judgements = judge(
    [(0.5, 1), (0.6, 1), (0.55, 0.1), (0.6, 1.1), (0.61, 2)], options { $0.patience = 9 })
  #expect(judgements.map(\.isBest) == [true, true, false, false, true])
}

@Test func amongEqualScoresTheLowerLossIsBetterAndAFullTieIsNot() {
  let judgements = judge(
    [(0.5, 1), (0.5, 0.9), (0.5, 0.9), (0.5, 0.95), (0.5, 0.8)], options { $0.patience = 9 })
  #expect(judgements.map(\.isBest) == [true, true, false, false, true])
}

@Test(arguments: [1, 2, 3]) func trainingStopsAfterThePatience(patience: Int) {
  let worse = Array(repeating: (accuracy: 0.4, loss: 1.0), count: patience)
  let judgements = judge([(0.5, 1)] + worse, options { $0.patience = patience })
  #expect(judgements.map(\.stops) == Array(repeating: false, count: patience) + [true])
}

@Test func anImprovementRenewsThePatience() {
  let judgements = judge(
    [(0.5, 1), (0.4, 1), (0.6, 1), (0.4, 1), (0.4, 1)], options { $0.patience = 2 })
  #expect(judgements.map(\.stops) == [false, false, false, false, true])
}

@Test func theLearningRateFallsAfterEveryEpochWithoutImprovement() {
  let judgements = judge(
    [(0.5, 1), (0.4, 1), (0.4, 1), (0.6, 1), (0.6, 2), (0.7, 1)], options { $0.patience = 9 })
  // An epoch's rate is the one that it was trained with.
  #expect(judgements.map(\.usedLearningRate) == [0.1, 0.1, 0.05, 0.025, 0.025, 0.0125])
}

@Test func aPlateauMayLastItsPatience() {
  let same = Array(repeating: (accuracy: 0.4, loss: 1.0), count: 6)
  let judgements = judge(
    [(0.5, 1)] + same + [(0.5, 2)],
    options {
      $0.patience = 99
      $0.plateauPatience = 2
    })
  #expect(judgements.map(\.usedLearningRate) == [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025])
}

@Test func theLearningRateHasAFloorAndNeverRises() {
  var selection = Selection(options { $0.minimumLearningRate = 0.04 })
  for _ in 0..<5 { _ = selection.judge(score: 0.5, loss: 1) }
  #expect(selection.learningRate == 0.04)
  var low = Selection(options { $0.minimumLearningRate = 0.2 })
  for _ in 0..<5 { _ = low.judge(score: 0.5, loss: 1) }
  #expect(low.learningRate == 0.1)
  var constant = Selection(options { $0.plateauFactor = 1 })
  for _ in 0..<5 { _ = constant.judge(score: 0.5, loss: 1) }
  #expect(constant.learningRate == 0.1)
}

/// A diverged member of an ensemble is not compensated by the next one: such a job replaces no model.
@Test func oneTrainingThatDivergedDecidesForAll() {
  #expect(TrainingOutcome.together([.diverged, .completed]) == .diverged)
  #expect(TrainingOutcome.together([.completed, .interrupted]) == .interrupted)
  #expect(TrainingOutcome.together([.completed, .stoppedEarly]) == .stoppedEarly)
}
