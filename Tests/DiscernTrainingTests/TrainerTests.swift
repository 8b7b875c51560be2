import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

private let training = smallTask(100, seed: 1)
private let development = smallTask(40, seed: 2)

@Test func eventsTellEveryStepAndEpoch() throws {
  let options = smallOptions()
  var steps: [[Int]] = [[], [], []]
  var epochs: [EpochSummary] = []
  var began = 0
  let result = try Trainer(options, compute: Compute(threadCount: 2)).train(
    smallModel(), training: training, development: development
  ) { event in
    switch event {
    case .began(let texts, let tokens, let parameters, let padding):
      began += 1
      #expect(texts == 100)
      #expect(tokens == training.texts.tokenIDs.count)
      #expect((try? smallModel().parameterCount) == parameters)
      #expect(padding.bucketed < padding.shuffled)
    case .step(let progress):
      #expect(began == 1 && progress.epoch == epochs.count + 1)
      steps[progress.epoch - 1].append(progress.step)
      #expect(progress.stepCount == 7)
      #expect(progress.loss > 0 && progress.loss.isFinite)
      #expect(progress.totalSecondsLeft >= progress.secondsLeft)
      #expect(progress.secondsLeft >= 0 && progress.tokensPerSecond > 0)
    case .states: Issue.record("nothing is watched")
    case .epoch(let summary): epochs.append(summary)
    case .resumed, .pruned, .reducedLearningRate, .warning: break
    }
  }
  #expect(steps == Array(repeating: Array(1...7), count: 3))
  #expect(epochs == result.epochs)
  #expect(epochs.map(\.epoch) == [1, 2, 3])
  #expect(epochs.allSatisfy { $0.gradientNorm > 0 && $0.trainLoss > 0 && $0.learningRate > 0 })
  #expect(result.outcome == .completed)
  #expect(result.best == epochs.last(where: \.isBest))
}

@Test func summaryIsWhatTheModelScores() throws {
  let compute = Compute(threadCount: 2)
  let result = try Trainer(smallOptions(), compute: compute).train(
    smallModel(dropout: 0.2), training: training, development: development)
  let best = result.best
  let predictions = try #require(try predictions(result.model, development, compute).only)
  #expect(predictions.logLoss == best.developmentLoss)
  #expect(predictions.confusionMatrix.accuracy == best.accuracy)
  #expect(predictions.confusionMatrix.macroAverage.f1 == best.macroF1)
}

/// The returned weights are those of the best epoch: the same bits as of a run that ends there.
@Test func theBestEpochsWeightsAreRestored() throws {
  func train(epochs: Int) throws -> TrainingResult {
    let options = smallOptions {
      $0.epochs = epochs
      $0.patience = 30
      $0.learningRate = 0.2  // too large, so that scores go up and down
      $0.plateauFactor = 1
    }
    return try Trainer(options, compute: Compute(threadCount: 2)).train(
      smallModel(), training: training, development: development)
  }
  let whole = try train(epochs: 8)
  let best = whole.best
  #expect(whole.epochs.count == 8)
  #expect(best.epoch < 8, "choose a task whose last epoch is not the best")
  #expect(best.accuracy == whole.epochs.map(\.accuracy).max())
  #expect(try train(epochs: best.epoch).model.bits == whole.model.bits)
  #expect(try train(epochs: 8).model.bits == whole.model.bits)
}

@Test func withoutImprovementTrainingStopsEarly() throws {
  var reductions: [Double] = []
  let options = smallOptions {
    $0.epochs = 50
    $0.patience = 3
    $0.learningRate = 1e-30  // nothing moves, so nothing improves
    $0.minimumLearningRate = 0
  }
  let result = try Trainer(options, compute: Compute(threadCount: 1)).train(
    smallModel(), training: training, development: development
  ) { if case .reducedLearningRate(let rate) = $0 { reductions.append(rate) } }
  #expect(result.outcome == .stoppedEarly)
  #expect(result.epochs.count == 4)
  #expect(result.epochs.map(\.isBest) == [true, false, false, false])
  #expect(result.epochs.map(\.learningRate) == [1e-30, 1e-30, 5e-31, 2.5e-31])
  #expect(reductions == [5e-31, 2.5e-31])
  #expect(result.model.bits == (try smallModel().bits))
}

@Test(arguments: [1, 3, 7, 8, 20]) func anInterruptionKeepsWhatIsBest(step: Int) throws {
  func train(_ epochs: Int, until step: Int) throws -> TrainingResult {
    var steps = 0
    return try Trainer(smallOptions { $0.epochs = epochs }, compute: Compute(threadCount: 2)).train(
      smallModel(), training: training, development: development
    ) {
      if case .step = $0 { steps += 1 }
    } isInterrupted: {
      steps >= step
    }
  }
  // An epoch has seven steps; one that is complete is judged.
  if step < 7 {
    #expect(throws: TrainingError.interrupted) { try train(5, until: step) }
    return
  }
  let result = try train(5, until: step)
  #expect(result.outcome == .interrupted)
  #expect(result.model.isFinite)
  #expect(result.epochs.count == step / 7)
  #expect(result.best.epoch <= step / 7)
  #expect(result.model.bits == (try train(step / 7, until: .max).model.bits))
}

@Test func weightsThatOverflowAtOnceAreAnError() throws {
  let model = try smallModel()
  let huge = NeuralClassifier(copying: model)
  for index in 0..<huge.weights.dense.count { huge.weights.dense.pointer[index] *= 1e38 }
  #expect(throws: TrainingError.diverged(epoch: 1, step: 5)) {
    try Trainer(smallOptions(), compute: Compute(threadCount: 1)).train(
      huge, training: training, development: development)
  }
  let error = TrainingError.diverged(epoch: 1, step: 1).description
  #expect(error.contains("epoch 1") && error.contains("step 1"))
}

/// The largest allowed learning rate: whatever happens, the weights are finite.
@Test(arguments: [0, 1.0]) func aHugeLearningRateNeverMakesWeightsThatAreNoNumbers(clipNorm: Double) throws {
  let options = smallOptions {
    $0.learningRate = 9.99
    $0.epochs = 30
    $0.clipNorm = clipNorm
    $0.patience = 30
    $0.plateauFactor = 1
  }
  do {
    let result = try Trainer(options, compute: Compute(threadCount: 1)).train(
      smallModel(), training: training, development: development)
    #expect(result.model.isFinite)
    #expect(result.epochs.allSatisfy { $0.trainLoss.isFinite && $0.gradientNorm.isFinite })
  } catch TrainingError.diverged {
    // Equally good.
  }
}
