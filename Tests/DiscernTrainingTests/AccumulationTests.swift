import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

private let task = smallTask(24, seed: 5)

private func step(_ batches: [[Int]]) throws -> AttentionLSTMClassifier {
  let model = try smallModel()
  let options = smallOptions { $0.optimizer = .sgd }
  let step = TrainingStep(model, options: options, compute: Compute(threadCount: 2))
  let count = Float(batches.joined().count)
  for indices in batches {
    step.add(
      PackedBatch(task.texts, indices: indices), task, share: Float(indices.count) / count)
  }
  #expect(step.apply(learningRate: 0.5).isFinite)
  return model
}

/// Without dropout, several small batches come to the gradient of all their texts in one.
@Test func accumulatedBatchesAreOneLargeBatch() throws {
  let whole = try step([Array(0..<24)])
  let parts = try step([Array(0..<10), Array(10..<12), Array(12..<24)])
  let start = try smallModel()
  #expect(start.bits != whole.bits)
  for (name, shape) in whole.shapes {
    let count = shape.reduce(1, *)
    let (a, b) = (Array(whole.values(name, count: count)), Array(parts.values(name, count: count)))
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 }, "\(name)")
  }
}

@Test func anEpochHasAsManyUpdatesAsGroupsOfBatches() throws {
  var steps: [Int] = []
  let options = smallOptions {
    $0.epochs = 1
    $0.batchSize = .texts(5)
    $0.accumulation = 2
  }
  _ = try Trainer(options, compute: Compute(threadCount: 1)).train(
    smallModel(), training: task, development: smallTask(10, seed: 2)
  ) { event in
    if case .step(let progress) = event {
      steps.append(progress.step)
      #expect(progress.stepCount == 3)
      #expect(progress.step < 3 || progress.secondsLeft == 0)
    }
  }
  #expect(steps == [1, 2, 3])  // batches of 5, 5, 5, 5 and 4 texts
}
