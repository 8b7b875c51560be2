import Discern
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import TestSupport
import Testing

private func bits(_ model: AttentionLSTMClassifier) -> [[UInt32]] {
  model.weights.tensors.map { $0.values.array.map(\.bitPattern) }
}

private func train(
  _ checkpoints: TrainingCheckpoints?, recipe: TrainingRecipe = smallRecipe(),
  stepsUntilInterruption: Int = .max
) throws -> TextClassifier {
  var steps = 0
  return try TextClassifier.train(
    on: Corpus(paths: [trainPath]), development: Corpus(paths: [testPath]), recipe: recipe,
    checkpoints: checkpoints,
    onStage: { if case .training(.step) = $0 { steps += 1 } },
    isInterrupted: { steps >= stepsUntilInterruption })
}

@Test func aProgramsTrainingGoesOnToTheSameBits() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/c"
    let whole = try train(nil)
    do {
      let checkpoints = try TrainingCheckpoints(folder: path)
      #expect(throws: DiscernError.self) {
        try train(checkpoints, stepsUntilInterruption: 2)
      }
      #expect(!checkpoints.isEmpty)
    }
    do {
      _ = try TrainingCheckpoints(folder: path)
      Issue.record("another training's folder was taken")
    } catch DiscernError.checkpoint(.taken(let taken)) {
      #expect(taken == path)
    }
    let checkpoints = try TrainingCheckpoints(resuming: path)
    let resumed = try train(checkpoints, recipe: checkpoints.recipe)
    let isSame = bits(resumed.networks[0]) == bits(whole.networks[0])
    #expect(isSame)
    checkpoints.remove()
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}

@Test func aFolderIntoWhichNothingWasWrittenGoes() throws {
  try withTemporaryFolder { folder in
    _ = try TrainingCheckpoints(folder: folder + "/a/c").isEmpty
    #expect(!FileManager.default.fileExists(atPath: folder + "/a"))
  }
}

@Test func anIntervalIsATimeOrANumberOfSteps() {
  let cases: [(String, CheckpointInterval?)] = [
    ("90s", .seconds(90)), ("10m", .seconds(600)), ("2h", .seconds(7200)), ("1.5m", .seconds(90)),
    ("500steps", .steps(500)), ("1step", .steps(1)), ("500", nil), ("m", nil), ("", nil), ("0s", nil),
    ("-1s", nil), ("1.5steps", nil), ("1d", nil), ("1e3s", nil), ("10 m", nil),
  ]
  for (text, interval) in cases {
    #expect(CheckpointInterval(text) == interval, "\(text)")
    if let interval { #expect(CheckpointInterval(interval.description) == interval) }
  }
}
