import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import TestSupport
import Testing

private typealias Accident = Regression.Accident

private let source = RowSource(rows: regressionRows(60, seed: 1), batchSize: 1)

/// Three of four steps go wrong, which never makes five in a row.
@Sendable private func threeOfFour(_ step: Int) -> Accident? {
  step.isMultiple(of: 4) ? nil : Accident.allCases[step / 4 % 3]
}

private func train(
  _ change: (inout TrainingOptions) -> Void = { _ in }, store: TrainingStore? = nil,
  onEvent: (TrainingEvent) -> Void = { _ in }, _ accident: @escaping @Sendable (Int) -> Accident?
) throws -> TrainedModel<Regression> {
  let options = smallOptions {
    ($0.epochs, $0.optimizer, $0.momentum, $0.learningRate) = (30, .sgd, 0, 0.1)
    ($0.schedule, $0.patience) = (.constant, 30)
    change(&$0)
  }
  var model = Regression(inputCount: 3)
  model.accident = accident
  return try Trainer(options, compute: Compute(threadCount: 1)).train(
    model, source: source, development: regressionRows(40, seed: 2), store: store, onEvent: onEvent)
}

@Test func stepsThatAreNotFiniteAreSkippedAndCounted() throws {
  var warnings: [TrainingWarning] = []
  let onEvent = { (event: TrainingEvent) in
    if case .warning(let warning) = event { warnings.append(warning) }
  }
  let trained = try train(onEvent: onEvent) { threeOfFour($0) }
  #expect(trained.outcome == .completed)
  #expect(trained.epochs.reduce(0) { $0 + ($1.skippedSteps ?? 0) } == 1_350)
  #expect(warnings == (1...30).map { .skippedSteps(epoch: $0, count: 45, of: 60) })
  for epoch in trained.epochs { #expect(epoch.trainLoss.isFinite && epoch.gradientNorm.isFinite) }
  // They changed nothing.
  let expected = try train { threeOfFour($0) == nil ? nil : .nothing }
  #expect(bits(trained.model.weights) == bits(expected.model.weights))
  #expect(expected.epochs.allSatisfy { $0.skippedSteps == nil })
  #expect(trained.best.developmentLoss < 1e-3)
}

@Test func skippedStepsLeaveMomentsAndAveragesAsTheyWereAndGoOn() throws {
  var snapshots: [Snapshot] = []
  let store = TrainingStore(offer: { moment, state in
    do { snapshots.append(try Snapshot(moment, state())) } catch { Issue.record(error) }
  })
  let change = { (options: inout TrainingOptions) in
    (options.epochs, options.optimizer, options.averageDecay) = (2, .adam, 0.9)
  }
  let whole = try train(change, store: store) { threeOfFour($0) }
  #expect(whole.model.weights.tensors.allSatisfy { $0.values.array.allSatisfy(\.isFinite) })
  #expect(snapshots.count == 60 + 60 + 2)
  for snapshot in snapshots {
    let resumed = try train(change, store: snapshot.store()) { threeOfFour($0) }
    #expect(bits(resumed.model.weights) == bits(whole.model.weights), "from \(snapshot.moment)")
    #expect(resumed.epochs.map(\.skippedSteps) == [45, 45])
  }
}

@Test func fiveSkippedStepsInARowEndTraining() throws {
  var warnings: [TrainingWarning] = []
  let onEvent = { (event: TrainingEvent) in
    if case .warning(let warning) = event { warnings.append(warning) }
  }
  #expect(throws: TrainingError.diverged(epoch: 1, step: 7)) {
    try train(onEvent: onEvent) { $0 == 1 || (3...7).contains($0) ? .notANumber : nil }
  }
  #expect(warnings == [.skippedSteps(epoch: 1, count: 6, of: 7)])
  let four = try train { (3...6).contains($0) ? .infinity : nil }
  #expect(four.outcome == .completed && four.epochs[0].skippedSteps == 4)
  // From the second epoch on, over the end of an epoch too.
  let late = try train { $0 > 118 ? .lossIsNotANumber : nil }
  #expect(late.outcome == .diverged && late.epochs.count == 2 && late.epochs[1].skippedSteps == 2)
}

/// Five in a row are counted beyond a resumption.
@Test func aResumptionKnowsTheSkippedStepsBeforeIt() throws {
  var snapshot: Snapshot?
  let store = TrainingStore(offer: { moment, state in
    guard moment == .step(63) else { return }
    do { snapshot = try Snapshot(moment, state()) } catch { Issue.record(error) }
  })
  let accident: @Sendable (Int) -> Accident? = { (61...65).contains($0) ? .notANumber : nil }
  #expect(try train(store: store, accident).outcome == .diverged)
  let resumed = try train(store: #require(snapshot).store(), accident)
  #expect(resumed.outcome == .diverged && resumed.epochs.count == 1)
}

/// Running means and variances, which a pass moves, are not moved by a step that is skipped.
@Test func aSkippedStepLeavesStatisticsAsTheyWere() throws {
  var configuration = ClassifierConfiguration(vocabularySize: 40, classCount: 3)
  configuration.encoder.recurrent?.embeddingSize = 4
  configuration.encoder.recurrent?.hiddenSize = 3
  configuration.encoder.recurrent?.batchNorm = .flattened
  let model = NeuralClassifier(
    copying: try NeuralClassifier(configuration: configuration, seed: 1))
  let options = smallOptions()
  let step = TrainingStep(
    ClassifierTraining(model, options: options), options: options, compute: Compute(threadCount: 1))
  let batch = smallTask(24, seed: 1).batch(of: Array(0..<24))
  let before = bits(model.weights)
  #expect(step.update([batch], learningRate: 0.01).isFinite)
  let after = bits(model.weights)
  #expect(before != after)
  for parameter in model.weights.layout.parameters where parameter.name == "output.weight" {
    model.weights[parameter].fill(3e38)
  }
  model.weights.didChange()
  let spoilt = bits(model.weights)
  #expect(!step.update([batch], learningRate: 0.01).isFinite)
  #expect(bits(model.weights) == spoilt)
}
