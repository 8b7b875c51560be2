import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import Testing

/// Sequences of 1 to 6 tokens 2 … 7, which are to be written backwards.
private func reversed(_ count: Int, seed: Int) -> EncodedPairs {
  var pairs = EncodedPairs()
  for index in 0..<count {
    let stream = RandomStream(seed: UInt64(seed), purpose: .shuffle, counter: index)
    let ids = (0..<1 + Int(stream.bits(100) % 6)).map { Int32(2 + stream.bits($0) % 6) }
    pairs.append(ids, ids.reversed())
  }
  return pairs
}

private enum Kind: CaseIterable {
  case lstm, gru, rnn, transformer
}

private func model(_ kind: Kind = .lstm, dropout: Float = 0, layers: Int = 2) -> EncoderDecoder {
  var configuration = SequenceConfiguration(kind == .transformer ? .transformer : .recurrent)
  (configuration.sourceVocabularySize, configuration.targetVocabularySize) = (8, 8)
  (configuration.embeddingSize, configuration.hiddenSize) = (6, 8)
  (configuration.encoderLayers, configuration.decoderLayers) = (2, layers)
  configuration.dropout = dropout
  switch kind {
  case .lstm, .transformer: break
  case .gru: configuration.cell = .gru
  case .rnn: configuration.cell = .rnn
  }
  return EncoderDecoder(configuration, seed: 5)
}

private func options(epochs: Int) -> TrainingOptions {
  var options = TrainingOptions()
  (options.epochs, options.learningRate, options.monitor) = (epochs, 0.01, .accuracy)
  options.patience = epochs
  return options
}

private func choices(sampling: Float = 0) -> SequenceTraining.Choices {
  var choices = SequenceTraining.Choices()
  (choices.samplingTo, choices.maximumTokens) = (sampling, 10)
  return choices
}

private func train(
  _ model: EncoderDecoder, _ choices: SequenceTraining.Choices, epochs: Int, threads: Int, count: Int = 100,
  store: TrainingStore? = nil
) throws -> TrainedModel<SequenceTraining> {
  let pairs = reversed(count, seed: 1)
  return try Trainer(options(epochs: epochs), compute: Compute(threadCount: threads)).train(
    SequenceTraining(model, choices), source: PairSource(pairs, batchSize: .texts(16), seed: 3),
    development: reversed(30, seed: 2), store: store)
}

private func bits(_ model: EncoderDecoder) -> [UInt32] {
  model.weights.tensors.flatMap { $0.values.array.map(\.bitPattern) }
}

/// One pass of a batch at the end of training; its loss in all, and the gradients.
private func pass(
  _ training: SequenceTraining, _ examples: PairExamples, progress: Float = 0
) -> (loss: Double, gradients: Gradients) {
  let gradients = Gradients(layout: training.weights.layout)
  let tape = Tape(
    compute: Compute(threadCount: 1), workspace: Workspace(), weights: training.weights, gradients: gradients)
  let loss = training.loss(
    tape, examples, seed: 7, step: 3, progress: progress, weight: 1,
    divisor: training.mass(of: examples).losses[0])
  tape.runBackward()
  return (loss.mean, gradients)
}

/// Gradients of all weights against differences.
@Test(arguments: Kind.allCases) private func gradientsAreThoseOfDifferences(kind: Kind) {
  let model = model(kind, dropout: 0.2)
  // Larger than initial ones; a transformer's norms compensate for it.
  if kind != .transformer {
    for index in 0..<model.weights.dense.count { model.weights.dense.pointer[index] *= 2 }
    model.weights.didChange()
  }
  let training = SequenceTraining(model, choices())
  let examples = PairExamples(reversed(9, seed: 4), indices: Array(0..<9))
  let gradients = pass(training, examples, progress: 1).gradients
  for parameter in model.weights.layout.parameters {
    let (values, slopes) = (model.weights[parameter], gradients[parameter])
    // A direction in which every weight moves.
    let stream = RandomStream(seed: 1, purpose: .perturbation, name: parameter.name)
    let direction = (0..<values.count).map { stream.normal($0) }
    let before = values.array
    func loss(_ step: Float) -> Double {
      for index in 0..<values.count { values.pointer[index] = before[index] + step * direction[index] }
      model.weights.didChange()
      return pass(training, examples, progress: 1).loss
    }
    // By five points: the slopes of a transformer bend too much for two.
    let step: Float = 2e-3
    let near = loss(step) - loss(-step)
    let far = loss(2 * step) - loss(-2 * step)
    let expected = (8 * near - far) / Double(12 * step)
    _ = loss(0)
    let own = zip(slopes.array, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(own - expected) < 2e-3 * max(1, abs(expected)), "\(parameter.name): \(own) \(expected)")
    #expect(slopes.array.contains { $0 != 0 }, "\(parameter.name)")
  }
}

/// Without gradients of drawn tokens, a share of 0 is teacher forcing, and one of 1 reads none of the
/// target.
@Test(arguments: [Kind.lstm, .transformer]) private func scheduledSamplingReadsItsOwnTokens(kind: Kind) {
  let examples = PairExamples(reversed(20, seed: 6), indices: Array(0..<20))
  let none = SequenceTraining(model(kind), choices())
  let all = SequenceTraining(model(kind), choices(sampling: 1))
  #expect(pass(none, examples, progress: 1).loss == pass(all, examples, progress: 0).loss)
  #expect(pass(none, examples, progress: 1).loss != pass(all, examples, progress: 1).loss)
  #expect(pass(all, examples, progress: 1).loss == pass(all, examples, progress: 1).loss)
}

@Test(arguments: [Float(0), 0.3], [Kind.lstm, .transformer])
private func sequencesAreReversedWithTheSameBitsForAnyThreads(sampling: Float, kind: Kind) throws {
  let trained = try train(
    model(kind, dropout: 0.1), choices(sampling: sampling), epochs: 3, threads: 1)
  let three = try train(model(kind, dropout: 0.1), choices(sampling: sampling), epochs: 3, threads: 3)
  #expect(bits(trained.model.model) == bits(three.model.model))
  #expect(trained.epochs.map(\.developmentLoss) == three.epochs.map(\.developmentLoss))
}

@Test(arguments: [Kind.lstm, .transformer]) private func eightPairsAreLearnedByHeart(kind: Kind) throws {
  var configuration = model(kind).configuration
  (configuration.hiddenSize, configuration.encoderLayers) = (16, 1)
  let pairs = reversed(8, seed: 1)
  var options = options(epochs: 300)
  options.plateauFactor = 1
  let trained = try Trainer(options, compute: Compute(threadCount: 2)).train(
    SequenceTraining(EncoderDecoder(configuration, seed: 5), choices()),
    source: PairSource(pairs, batchSize: .texts(8), seed: 3), development: pairs)
  #expect(trained.best.accuracy == 1, "\(trained.best.accuracy)")
  // Unlikely ends that occur early end no search.
  let sources = (0..<8).map { pairs.sources[$0] }
  for width in 1...6 {
    let found = SequenceSearch(
      trained.model.model, width: width, lengthPenalty: width % 2 == 0 ? 0 : 0.6, maximumTokens: 10)(
        sources, Compute(threadCount: 2), kept: Workspace(), Workspace())
    for index in 0..<8 { #expect(found[index].tokens == Array(pairs.targets[index]), "\(width)") }
  }
}

@Test(arguments: [Kind.lstm, .transformer])
private func aSequenceTrainingThatGoesOnEndsWithTheSameBits(kind: Kind) throws {
  var snapshots: [Snapshot] = []
  func run(_ store: TrainingStore?) throws -> [UInt32] {
    bits(
      try train(
        model(kind, dropout: 0.1), choices(sampling: 0.5), epochs: 2, threads: 1, count: 50, store: store
      ).model.model)
  }
  let whole = try run(
    TrainingStore(offer: { moment, state in
      do { snapshots.append(try Snapshot(moment, state())) } catch { Issue.record(error) }
    }))
  for snapshot in snapshots {
    let isSame = try run(snapshot.store()) == whole
    #expect(isSame, "from \(snapshot.moment)")
  }
  #expect(snapshots.count > 6)
}

/// The figures of a batch are the sums of its pairs' figures.
@Test(arguments: [Kind.lstm, .transformer]) private func lossesOfABatchAreThoseOfItsPairs(kind: Kind) {
  let training = SequenceTraining(model(kind), choices())
  let pairs = reversed(13, seed: 9)
  let all = training.loss(of: pairs, Compute(threadCount: 2))
  let sum = (0..<13).reduce(into: LossSum()) {
    $0 += training.loss(of: pairs.selecting([$1]), Compute(threadCount: 1))
  }
  #expect(abs(all.sum - sum.sum) < 1e-9 * all.sum && all.mass == sum.mass)
  #expect(all.mass == Double((0..<13).reduce(0) { $0 + pairs.targets.length($1) + 1 }))
}
