import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

/// A training and its events of pruning.
private func train(
  _ options: TrainingOptions, of model: NeuralClassifier? = nil, threads: Int = 1
) throws -> (result: TrainingResult, pruned: [PruningSummary], rates: [Double]) {
  var pruned: [PruningSummary] = []
  var rates: [Double] = []
  let result = try Trainer(options, compute: Compute(threadCount: threads)).train(
    try model ?? smallModel(dropout: 0.3, layers: 2), training: smallTask(100, seed: 1),
    development: smallTask(40, seed: 2)
  ) {
    if case .pruned(let summary) = $0 { pruned.append(summary) }
    if case .epoch(let summary) = $0 { rates.append(summary.learningRate) }
  }
  return (result, pruned, rates)
}

/// Zeros and numbers of each weight.
private func zeros(_ model: NeuralClassifier) -> [String: (zeros: Int, count: Int, isMatrix: Bool)] {
  Dictionary(
    uniqueKeysWithValues: model.weights.tensors.map { name, shape, values in
      (name, (values.array.count { $0 == 0 }, values.count, shape.count > 1))
    })
}

@Test(arguments: [0.3, 0.5, 0.9]) func exactlyThatShareOfEachMatrixIsZero(share: Double) throws {
  for (adversarial, optimizer, average) in [
    (AdversarialMethod.none, OptimizerKind.adamW, 0.0), (.fgm, .adam, 0.9), (.fgmSequence, .sgd, 0),
    (.vat, .adam, 0.9),
  ] {
    let options = smallOptions {
      ($0.pruning, $0.adversarial, $0.optimizer, $0.averageDecay) = (share, adversarial, optimizer, average)
      ($0.epochs, $0.weightDecay) = (6, optimizer == .adamW ? 0.01 : 0)
    }
    let (result, pruned, _) = try train(options)
    #expect(pruned.count == 1 && result.best.epoch > pruned[0].epoch)
    var sums = (zeros: 0, weights: 0, tensors: 0)
    for (name, weight) in zeros(result.model) where weight.isMatrix {
      let expected = Int((share * Double(weight.count)).rounded(.toNearestOrEven))
      #expect(weight.zeros == expected, "\(name) with \(adversarial)")
      sums = (sums.zeros + weight.zeros, sums.weights + weight.count, sums.tensors + 1)
    }
    #expect(sums == (pruned[0].zeros, pruned[0].weights, pruned[0].tensors))
    for (name, weight) in zeros(result.model) where !weight.isMatrix {
      #expect(weight.zeros < max(1, weight.count), "\(name) is no matrix")
    }
  }
}

/// Until it prunes, a training equals the one without pruning; it prunes its best epoch.
@Test func theBestEpochIsPrunedThenTrainedOn() throws {
  let plain = try train(smallOptions { ($0.epochs, $0.monitor, $0.patience) = (9, .loss, 9) }).result
  let (result, pruned, _) = try train(
    smallOptions { ($0.epochs, $0.monitor, $0.patience, $0.pruning) = (9, .loss, 9, 0.4) })
  let summary = try #require(pruned.first)
  try #require(result.epochs.count == 9)
  let best = try #require(plain.epochs.prefix(6).last { $0.isBest })
  #expect(summary.epoch == best.epoch)
  #expect(result.epochs.prefix(6).map(\.developmentLoss) == plain.epochs.prefix(6).map(\.developmentLoss))
  #expect(result.epochs[6].developmentLoss != plain.epochs[6].developmentLoss)
  // Selection starts over with the epoch after pruning, whatever its result.
  #expect(result.epochs[6].isBest && result.best.epoch > 6)
}

@Test func whatStopsEarlyIsPrunedThen() throws {
  let (result, pruned, _) = try train(
    smallOptions {
      ($0.epochs, $0.patience, $0.pruning, $0.learningRate, $0.minimumLearningRate) = (50, 3, 0.3, 1e-30, 0)
    })
  // Nothing improves: four epochs, then as many after pruning.
  #expect(pruned.map(\.epoch) == [1])
  #expect(result.outcome == .stoppedEarly && result.epochs.count == 8)
  #expect(result.epochs.map(\.isBest) == [true, false, false, false, true, false, false, false])
}

@Test func threadsDoNotMatterToPruning() throws {
  let options = smallOptions { ($0.pruning, $0.adversarial, $0.averageDecay) = (0.3, .fgm, 0.9) }
  let one = try train(options).result.model.bits
  let isSame = try train(options, threads: 3).result.model.bits == one
  #expect(isSame)
}

@Test func vectorsThatDoNotLearnAreNotPruned() throws {
  var configuration = smallConfiguration()
  configuration.encoder.recurrent?.trainsEmbedding = false
  let model = try NeuralClassifier(configuration: configuration, seed: 1)
  let found = zeros(try train(smallOptions { $0.pruning = 0.5 }, of: model).result.model)
  // Those of padding and of unknown words, with which they begin.
  #expect(found["embedding.weight"]?.zeros == 2 * configuration.encoder.embeddingSize)
  #expect(found["output.weight"].map { 2 * $0.zeros - $0.count }.map(abs) ?? 9 <= 1)
}

@Test func aShareOrAnEpochThatCannotBeIsNamed() throws {
  for (share, epochs, name) in [(1.0, 3, "prune"), (-0.1, 3, "prune"), (0.3, 1, "epochs")] {
    do {
      _ = try train(smallOptions { ($0.pruning, $0.epochs) = (share, epochs) })
      Issue.record("\(share)")
    } catch TrainingError.invalidOption(let found, _, _) {
      #expect(found == name)
    }
  }
}

@Test func noEpochBehindPruningIsAMistake() throws {
  var state: Snapshot?
  let store = TrainingStore(offer: { moment, offered in
    guard moment == .epoch, state == nil else { return }
    do { state = try Snapshot(moment, offered()) } catch { Issue.record(error) }
  })
  func train(_ epochs: Int, _ store: TrainingStore?) throws -> TrainingResult {
    try Trainer(
      smallOptions { ($0.epochs, $0.pruning) = (epochs, 0.3) }, compute: Compute(threadCount: 1)
    ).train(smallModel(), training: smallTask(50, seed: 1), development: smallTask(20, seed: 2), store: store)
  }
  _ = try train(9, store)
  let going = try #require(state).store()
  #expect(throws: TrainingError.self) { try train(2, going) }
  #expect(try train(3, going).epochs.count == 3)
}
