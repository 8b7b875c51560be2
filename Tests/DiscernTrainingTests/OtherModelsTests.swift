import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import TestSupport
import Testing

private func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
  smallOptions {
    ($0.epochs, $0.optimizer, $0.learningRate, $0.schedule) = (20, .sgd, 0.1, .constant)
    change(&$0)
  }
}

private func train(
  _ options: TrainingOptions, development: Regression.Rows = regressionRows(40, seed: 2),
  link: any RankLink = SingleRank(), store: TrainingStore? = nil,
  onEvent: (TrainingEvent) -> Void = { _ in }
) throws -> TrainedModel<Regression> {
  try Trainer(options, compute: Compute(threadCount: 1)).train(
    Regression(inputCount: 3), source: RowSource(rows: regressionRows(60, seed: 1)), development: development,
    link: link, store: store, onEvent: onEvent)
}

@Test func aRegressionIsTrainedByTheSameTrainer() throws {
  var began = false
  let result = try train(options()) { event in
    if case .began(let texts, let tokens, let parameters, let padding) = event {
      began = true
      #expect(texts == 60 && tokens == 60 && parameters == 3 && padding.shuffled == 0)
    }
  }
  #expect(began && result.best.developmentLoss < 1e-3)
  let slopes = try #require(result.model.weights.tensors.first).values.array
  for (own, wanted) in zip(slopes, [2, -1, 0.5] as [Float]) { #expect(abs(own - wanted) < 0.05) }
  // It chooses no labels, and no log claims otherwise.
  let summary = try JSONEncoder().encode(result.best)
  #expect(!String(decoding: summary, as: UTF8.self).contains("accuracy"))
  let read = try JSONDecoder().decode(EpochSummary.self, from: summary)
  #expect(read == result.best)
}

@Test func aRegressionStopsEarlyWithItsBestWeights() throws {
  // The development rows have other slopes, so that every epoch is worse than the first.
  let development = regressionRows(40, slopes: [-2, 1, -0.5], seed: 2)
  func options(epochs: Int) -> TrainingOptions {
    smallOptions {
      ($0.optimizer, $0.learningRate, $0.momentum, $0.schedule) = (.sgd, 0.02, 0, .constant)
      ($0.patience, $0.epochs) = (2, epochs)
    }
  }
  let result = try train(options(epochs: 20), development: development)
  #expect(result.outcome == .stoppedEarly && result.epochs.count == 3 && result.best.epoch == 1)
  let first = try train(options(epochs: 1), development: development)
  #expect(bits(result.model.weights) == bits(first.model.weights))
}

@Test func aRegressionThatRunsAwayHasDiverged() throws {
  let result = try train(
    options { ($0.learningRate, $0.clipNorm, $0.momentum, $0.patience) = (9, 0, 0.99, 20) })
  #expect(result.outcome == .diverged && result.best.epoch < 20)
  let isFinite = result.model.weights.tensors.allSatisfy { $0.values.array.allSatisfy(\.isFinite) }
  #expect(isFinite)
}

@Test func aRegressionGoesOnFromACheckpointWithTheSameBits() throws {
  let options = options {
    ($0.epochs, $0.accumulation, $0.averageDecay, $0.optimizer) = (3, 3, 0.9, .adam)
  }
  var snapshots: [Snapshot] = []
  let store = TrainingStore(offer: { moment, state in
    do { snapshots.append(try Snapshot(moment, state())) } catch { Issue.record(error) }
  })
  let whole = try train(options, store: store)
  #expect(snapshots.count > 6)
  for snapshot in snapshots {
    let resumed = try train(options, store: snapshot.store())
    #expect(bits(resumed.model.weights) == bits(whole.model.weights), "from \(snapshot.moment)")
    #expect(resumed.epochs.count == 3 && resumed.best.epoch == whole.best.epoch)
  }
}

@Test func aModelWithoutVectorsCannotBeTrainedAdversarially() throws {
  #expect(throws: TrainingError.self) { try train(options { $0.adversarial = .fgm }) }
}

@Test(arguments: AdversarialMethod.allCases)
func aMeanOfVectorsIsTrainedInEveryWayAndGoesOn(_ method: AdversarialMethod) throws {
  let options = smallOptions {
    ($0.epochs, $0.learningRate, $0.adversarial, $0.epsilon) = (12, 0.05, method, 0.3)
    $0.patience = 12
  }
  let held = smallTask(60, seed: 2)
  func train(_ options: TrainingOptions, _ store: TrainingStore?) throws -> TrainedModel<MeanOfVectors> {
    try Trainer(options, compute: Compute(threadCount: 2)).train(
      MeanOfVectors(vocabularySize: 40, size: 8, classCount: 3),
      source: LabelledTextSource(TextsInMemory(smallTask(120, seed: 1), labelCounts: [3]), options),
      development: held.batch(of: Array(0..<60)), store: store)
  }
  var snapshot: Snapshot?
  let store = TrainingStore(offer: { moment, state in
    guard moment == .step(20) else { return }
    do { snapshot = try Snapshot(moment, state()) } catch { Issue.record(error) }
  })
  let whole = try train(options, store)
  #expect(whole.best.accuracy > 0.9, "\(whole.best.accuracy)")
  let resumed = try train(options, try #require(snapshot).store())
  #expect(bits(resumed.model.weights) == bits(whole.model.weights))
  if method != .none {
    let plain = try train(smallOptions { ($0.epochs, $0.learningRate) = (12, 0.05) }, nil)
    #expect(bits(plain.model.weights) != bits(whole.model.weights))
  }
}
