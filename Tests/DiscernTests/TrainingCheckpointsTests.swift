import Discern
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import TestSupport
import Testing

private func bits(_ model: NeuralClassifier) -> [[UInt32]] {
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

/// A break between two networks, before there is a state of the second: between those of an ensemble, and
/// between the two trainings of self-training.
@Test(arguments: [false, true])
func aBreakBetweenTwoNetworksLosesNone(selfTrains: Bool) throws {
  try withTemporaryFolder { folder in
    var recipe = smallRecipe()
    recipe.options.epochs = 1
    recipe.selfTrains = selfTrains
    recipe.ensembleSize = selfTrains ? 1 : 2
    let unlabelled = selfTrains ? Corpus(texts: ["A lovely film.", "Dull and far too long.", "So so."]) : nil
    func train(
      _ checkpoints: TrainingCheckpoints, onStage: (TrainingStage) -> Void = { _ in },
      isInterrupted: () -> Bool = { false }
    ) throws -> TextClassifier {
      try TextClassifier.train(
        on: Corpus(paths: [trainPath]), development: Corpus(paths: [testPath]), unlabelled: unlabelled,
        recipe: recipe, checkpoints: checkpoints, onStage: onStage, isInterrupted: isInterrupted)
    }
    func isGap(_ stage: TrainingStage) -> Bool {
      switch stage {
      case .run(_, let index, _): index == 1
      case .labelled: true
      default: false
      }
    }
    /// The remains of a kill in the gap; no state is due at that point.
    let (path, left) = (folder + "/c", folder + "/left")
    var isCopied = false
    let whole = try train(TrainingCheckpoints(folder: path, every: .seconds(1e5))) { stage in
      if isGap(stage) {
        isCopied = (try? FileManager.default.copyItem(atPath: path, toPath: left)) != nil
      }
    }
    #expect(isCopied)
    func goOn(_ path: String) throws {
      var (begun, before) = (0, 0)
      let resumed = try train(TrainingCheckpoints(resuming: path)) { stage in
        switch stage {
        case .training(.began), .training(.resumed): begun += 1
        case .finishedBefore(let index, let count, _):
          #expect(index == 0 && count == 2)
          before += 1
        default: break
        }
      }
      #expect(begun == 1 && before == 1, "\(path): \(begun) \(before)")
      let isSame = zip(resumed.networks, whole.networks).allSatisfy { bits($0) == bits($1) }
      #expect(isSame && resumed.networks.count == whole.networks.count, "\(path)")
      #expect(try resumed.classify("A lovely film.") == whole.classify("A lovely film."))
    }
    try goOn(left)
    // Stopped in between: the first network exists, and training continues after it.
    var isOver = false
    let interrupted = try train(
      TrainingCheckpoints(folder: folder + "/d", every: .seconds(1e5)),
      onStage: { if isGap($0) { isOver = true } }, isInterrupted: { isOver })
    #expect(interrupted.record.outcome == .interrupted && interrupted.networks.count == 1)
    try goOn(folder + "/d")
  }
}
