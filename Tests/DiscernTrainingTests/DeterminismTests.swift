import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

private func train(
  threads: Int = 2, family: KernelFamily = .best, modelSeed: UInt64 = 1,
  _ change: (inout TrainingOptions) -> Void = { _ in }
) throws -> TrainingResult {
  try Trainer(smallOptions(change), compute: Compute(family: family, threadCount: threads)).train(
    smallModel(dropout: 0.3, layers: 2, seed: modelSeed), training: smallTask(150, seed: 1),
    development: smallTask(40, seed: 2))
}

private func figures(_ result: TrainingResult) -> [[Double]] {
  result.epochs.map {
    [$0.trainLoss, $0.developmentLoss, $0.accuracy, $0.macroF1, $0.learningRate, $0.gradientNorm]
  }
}

@Test func anyNumberOfThreadsTrainsTheSameBits() throws {
  for family in KernelFamily.available {
    let one = try train(threads: 1, family: family)
    #expect(one.outcome == .completed && one.epochs.count == 3)
    for threads in [2, 3, 8] {
      let other = try train(threads: threads, family: family)
      #expect(other.model.bits == one.model.bits, "\(family.name), \(threads) threads")
      #expect(figures(other) == figures(one), "\(family.name), \(threads) threads")
    }
  }
}

@Test func theSameSeedTrainsTheSameBitsAndAnotherDoesNot() throws {
  let first = try train()
  #expect(try train().model.bits == first.model.bits)
  #expect(try train { $0.seed = 2 }.model.bits != first.model.bits)
  #expect(try train(modelSeed: 2).model.bits != first.model.bits)
  #expect(try train { $0.batchSize = .tokens(100) }.model.bits != first.model.bits)
}

@Test func trainingLeavesTheModelThatItBeganWith() throws {
  let model = try smallModel()
  let before = model.bits
  let result = try Trainer(smallOptions(), compute: Compute(threadCount: 2)).train(
    model, training: smallTask(50, seed: 1), development: smallTask(20, seed: 2))
  #expect(model.bits == before)
  #expect(result.model.bits != before)
}

@Test func paddingAndWordsThatDoNotAppearNeverMove() throws {
  let model = try smallModel(dropout: 0.3)
  // <pad> among the texts' ids, which no reader would give, moves no more than otherwise.
  let task = smallTask(100, seed: 1)
  var texts = task.texts
  texts.append([0, 7, 0])
  let result = try Trainer(smallOptions(), compute: Compute(threadCount: 2)).train(
    model, training: LabelledTexts(texts: texts, labels: task.targets[0].numbers + [1]),
    development: smallTask(40, seed: 2))
  #expect(result.model.row(0).allSatisfy { $0 == 0 })
  let used = Set(task.texts.tokenIDs)
  for id in 1..<40 {
    let moved = zip(result.model.row(id), model.row(id)).filter { $0 != $1 }.count
    // A feature may be dropped in all epochs.
    #expect(used.contains(Int32(id)) ? moved > 0 : moved == 0, "word \(id)")
  }
}

@Test func aFrozenEmbeddingNeverMoves() throws {
  var configuration = smallConfiguration()
  configuration.encoder.recurrent?.trainsEmbedding = false
  let model = try NeuralClassifier(configuration: configuration, seed: 1)
  let result = try Trainer(smallOptions(), compute: Compute(threadCount: 2)).train(
    model, training: smallTask(100, seed: 1), development: smallTask(40, seed: 2))
  for id in 0..<40 { #expect(result.model.row(id) == model.row(id)) }
  #expect(result.model.bits != model.bits)
}

/// Each method, and all compatible ones together.
private let methods: [(name: String, change: @Sendable (inout TrainingOptions) -> Void)] = [
  ("FGM", { $0.adversarial = .fgm }), ("FGM by sequence", { $0.adversarial = .fgmSequence }),
  ("VAT", { $0.adversarial = .vat }),
  (
    "AdamW",
    {
      $0.optimizer = .adamW
      $0.weightDecay = 0.1
    }
  ),
  ("SGD", { $0.optimizer = .sgd }), ("moving average", { $0.averageDecay = 0.9 }),
  ("accumulation", { $0.accumulation = 3 }), ("warm-up", { $0.warmupSteps = 5 }),
  ("cosine", { $0.schedule = .cosine }),
  (
    "everything",
    {
      $0.adversarial = .vat
      $0.optimizer = .adamW
      $0.weightDecay = 0.01
      $0.averageDecay = 0.9
      $0.accumulation = 2
      $0.warmupSteps = 3
      $0.schedule = .cosine
    }
  ),
]

@Test func everyMethodTrainsOtherWeightsWithTheSameBitsForAnyNumberOfThreads() throws {
  let plain = try train()
  for (name, change) in methods {
    let one = try train(threads: 1, change)
    #expect(one.model.bits != plain.model.bits, "\(name)")
    #expect(one.model.isFinite && one.outcome == .completed, "\(name)")
    for threads in [2, 3, 8] {
      #expect(try train(threads: threads, change).model.bits == one.model.bits, "\(name)")
    }
  }
}
