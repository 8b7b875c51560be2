import DiscernTensor
import DiscernTraining
import Foundation
import Testing

private func rates(_ schedule: LearningRateSchedule, _ change: (inout TrainingOptions) -> Void = { _ in })
  -> [Double]
{
  let options = smallOptions {
    $0.schedule = schedule
    $0.epochs = 3
    $0.learningRate = 0.8
    $0.minimumLearningRate = 0
    change(&$0)
  }
  return (1...12).map { options.scheduledLearningRate(step: $0, stepsPerEpoch: 4) }
}

private func isClose(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 } }

@Test func aConstantRateAndAPlateausAreTheRateItself() {
  #expect(rates(.constant) == Array(repeating: 0.8, count: 12))
  #expect(rates(.plateau) == Array(repeating: 0.8, count: 12))
}

@Test func warmUpRisesInAStraightLineAndTheRestFollowsTheSchedule() {
  let warm = rates(.linear) { $0.warmupSteps = 4 }
  #expect(isClose(Array(warm[..<4]), [0.2, 0.4, 0.6, 0.8]))
  #expect(isClose(Array(warm[4...]), (0..<8).map { 0.8 * (1 - Double($0) / 7) }))
}

@Test func theLinearAndTheCosineScheduleEndAtTheMinimum() {
  for schedule in [LearningRateSchedule.linear, .cosine] {
    let falling = rates(schedule) { $0.minimumLearningRate = 0.1 }
    #expect(falling[0] == 0.8 && abs(falling[11] - 0.1) < 1e-12)
    #expect(zip(falling, falling.dropFirst()).allSatisfy(>))
  }
  // Halfway along the cosine is the mean; a quarter along it is still near the maximum.
  let options = smallOptions {
    $0.schedule = .cosine
    $0.epochs = 1
    $0.learningRate = 1
    $0.minimumLearningRate = 0
  }
  func rate(_ step: Int) -> Double { options.scheduledLearningRate(step: step, stepsPerEpoch: 9) }
  #expect(abs(rate(5) - 0.5) < 1e-12)
  #expect(abs(rate(3) - (1 + cos(.pi / 4)) / 2) < 1e-12)
}

@Test func theStepScheduleFallsEveryFewEpochs() {
  let falling = rates(.step) {
    $0.scheduleEpochs = 1
    $0.plateauFactor = 0.1
    $0.minimumLearningRate = 0.05
  }
  #expect(isClose(falling, [0.8, 0.8, 0.8, 0.8, 0.08, 0.08, 0.08, 0.08, 0.05, 0.05, 0.05, 0.05]))
}

@Test func aMinimumAboveTheRateDoesNotRaiseIt() {
  for schedule in LearningRateSchedule.allCases {
    #expect(rates(schedule) { $0.minimumLearningRate = 5 }.allSatisfy { $0 <= 0.8 })
  }
}

@Test func aSummaryTellsTheHighestRateOfTheEpoch() throws {
  let options = smallOptions {
    $0.schedule = .linear
    $0.minimumLearningRate = 0
    $0.warmupSteps = 2
  }
  let result = try Trainer(options, compute: Compute(threadCount: 1)).train(
    smallModel(), training: smallTask(100, seed: 1), development: smallTask(40, seed: 2))
  let first = result.epochs[0].learningRate
  #expect(first > 0.8 * options.learningRate && first <= options.learningRate)
  #expect(result.epochs.allSatisfy { $0.learningRate > 0 })
  #expect(zip(result.epochs, result.epochs.dropFirst()).allSatisfy { $0.learningRate > $1.learningRate })
}
