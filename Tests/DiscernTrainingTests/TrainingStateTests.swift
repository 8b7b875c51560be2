import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import Testing

/// The result of a training, except for its times.
private struct Outcome: Equatable {
  let bits: [UInt32]
  let outcome: TrainingOutcome
  let epochs: [String]

  init(_ result: TrainingResult) throws {
    bits = result.model.bits
    outcome = result.outcome
    epochs = try result.epochs.map { epoch in
      let data = try JSONEncoder().encode(epoch)
      let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
      let lasting = object.filter { !$0.key.hasSuffix("Seconds") && $0.key != "tokensPerSecond" }
      let sorted = try JSONSerialization.data(withJSONObject: lasting, options: .sortedKeys)
      return String(decoding: sorted, as: UTF8.self)
    }
  }
}

/// Trainings whose states have different parts.
private enum Kind: String, CaseIterable, Sendable {
  case plain, averaged, fgm, fgmSequence, vat, accumulated, plateau, cosine, sgd, decayed, batchNorm, stopped
  case unfreezing, letters, pruned, prunedAverage

  var options: TrainingOptions {
    smallOptions {
      $0.epochs = 3
      switch self {
      case .plain, .batchNorm: break
      case .letters: ($0.adversarial, $0.averageDecay) = (.fgmSequence, 0.9)
      case .averaged: $0.averageDecay = 0.9
      case .fgm: $0.adversarial = .fgm
      case .fgmSequence: ($0.adversarial, $0.averageDecay) = (.fgmSequence, 0.9)
      case .vat: $0.adversarial = .vat
      case .accumulated: $0.accumulation = 3
      case .plateau:
        ($0.plateauPatience, $0.learningRate, $0.epochs) = (0, 0.3, 5)
        $0.patience = 10
      case .cosine: ($0.schedule, $0.warmupSteps) = (.cosine, 3)
      case .sgd: ($0.optimizer, $0.learningRate) = (.sgd, 0.1)
      case .decayed: ($0.optimizer, $0.weightDecay, $0.dropoutTo) = (.adamW, 0.01, 0.1)
      case .unfreezing:
        ($0.unfreezeEpochs, $0.layerRateDecay, $0.averageDecay, $0.adversarial) = (1, 0.5, 0.9, .fgmSequence)
      case .pruned: ($0.pruning, $0.epochs, $0.adversarial) = (0.3, 4, .fgm)
      case .prunedAverage:
        ($0.pruning, $0.averageDecay, $0.adversarial, $0.patience) = (0.5, 0.9, .fgmSequence, 1)
      case .stopped: ($0.learningRate, $0.patience, $0.epochs) = (1, 1, 9)
      }
    }
  }

  func model() throws -> NeuralClassifier {
    var configuration = smallConfiguration(dropout: 0.3)
    if self == .batchNorm { configuration.encoder.recurrent?.batchNorm = .flattened }
    if self == .letters { configuration.encoder.recurrent?.subwordBuckets = 20 }
    if self == .letters { configuration.encoder.recurrent?.subwordDropout = 0.3 }
    return try NeuralClassifier(configuration: configuration, seed: 1)
  }

  func train(
    store: TrainingStore? = nil, threads: Int = 1, onEvent: (TrainingEvent) -> Void = { _ in },
    isInterrupted: () -> Bool = { false }
  ) throws -> TrainingResult {
    try Trainer(options, compute: Compute(threadCount: threads)).train(
      model(), training: self == .letters ? withLetters(smallTask(80, seed: 1)) : smallTask(80, seed: 1),
      development: smallTask(30, seed: 2), store: store,
      onEvent: onEvent, isInterrupted: isInterrupted)
  }
}

@Test(arguments: Kind.allCases)
private func aTrainingThatGoesOnEndsWithTheSameBits(kind: Kind) throws {
  let whole = try Outcome(kind.train())
  var snapshots: [Snapshot] = []
  let watched = try Outcome(
    kind.train(
      store: TrainingStore(offer: { moment, state in
        do { snapshots.append(try Snapshot(moment, state())) } catch { Issue.record(error) }
      })))
  // Looking at a state changes nothing.
  let isUntouched = watched == whole
  #expect(isUntouched)
  #expect(snapshots.contains { $0.moment == .epoch } && snapshots.last?.moment == .ended)
  for (index, snapshot) in snapshots.enumerated() {
    let resumed = try Outcome(kind.train(store: snapshot.store(), threads: 1 + index % 2))
    // Not the values themselves, which are thousands.
    let isSame = resumed.bits == whole.bits
    #expect(isSame, "\(kind) from \(snapshot.moment)")
    #expect(resumed.epochs == whole.epochs && resumed.outcome == whole.outcome)
  }
}

@Test func anInterruptedTrainingEndsItsStepAndOffersItsState() throws {
  for steps in [1, 4, 5] {
    var snapshot: Snapshot?
    var done = 0
    let store = TrainingStore(offer: { moment, state in
      guard moment == .interrupted else { return }
      do { snapshot = try Snapshot(moment, state()) } catch { Issue.record(error) }
    })
    do {
      let result = try Kind.accumulated.train(
        store: store, onEvent: { if case .step = $0 { done += 1 } }, isInterrupted: { done == steps })
      #expect(result.outcome == .interrupted && steps > 2)
    } catch TrainingError.interrupted {
      #expect(steps == 1)
    }
    let saved = try #require(snapshot)
    var first: Int?
    let resumed = try Kind.accumulated.train(
      store: saved.store(),
      onEvent: { event in
        if case .resumed(_, let step, let hasEnded) = event { first = hasEnded ? nil : step }
        if case .began = event { Issue.record("begun anew") }
      })
    #expect(first == steps % 2)
    let isSame = try Outcome(resumed) == Outcome(Kind.accumulated.train())
    #expect(isSame)
  }
}

@Test func moreEpochsGoOnFromTheEnd() throws {
  var last: Snapshot?
  let store = TrainingStore(offer: { moment, state in
    do { last = try Snapshot(moment, state()) } catch { Issue.record(error) }
  })
  // With a constant rate, one epoch and two more are three.
  var short = smallOptions { ($0.epochs, $0.schedule) = (1, .constant) }
  func train(_ options: TrainingOptions, _ store: TrainingStore?) throws -> TrainingResult {
    try Trainer(options, compute: Compute(threadCount: 1)).train(
      smallModel(dropout: 0.3), training: smallTask(80, seed: 1), development: smallTask(30, seed: 2),
      store: store)
  }
  let first = try train(short, store)
  #expect(first.outcome == .completed && first.epochs.count == 1)
  var going = try #require(last).store()
  short.epochs = 3
  going.saved?.reopen(short)
  let result = try Outcome(train(short, going))
  let isSame = try result == Outcome(train(short, nil))
  #expect(isSame)
}

@Test func aTrainingThatStoppedEarlyIsPatientAgain() throws {
  var last: Snapshot?
  let store = TrainingStore(offer: { moment, state in
    do { last = try Snapshot(moment, state()) } catch { Issue.record(error) }
  })
  let stopped = try Kind.stopped.train(store: store)
  #expect(stopped.outcome == .stoppedEarly && stopped.epochs.count < 9)
  var going = try #require(last).store()
  going.saved?.reopen(Kind.stopped.options)
  let more = try Kind.stopped.train(store: going)
  #expect(more.epochs.count > stopped.epochs.count)
}
