import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

// Texts of a small grammar: a word n is followed by 3n + 1 or 3n + 2, so that neighbours predict a word
// better than its frequency does, in both directions.

private let vocabularySize = 20

private func grammarTexts(_ count: Int, seed: Int) -> EncodedTexts {
  var texts = EncodedTexts()
  for index in 0..<count {
    let stream = RandomStream(seed: UInt64(seed), purpose: .shuffle, counter: index)
    var ids = [Int32(2 + stream.bits(1000) % 18)]
    for step in 0..<Int(stream.bits(2000) % 23) {
      ids.append(2 + (3 * (ids[ids.count - 1] - 2) + 1 + Int32(stream.bits(step) & 1)) % 18)
    }
    texts.append(ids)
  }
  return texts
}

private func counts(_ texts: EncodedTexts) -> [Int] {
  var counts = [Int](repeating: 0, count: vocabularySize)
  for id in texts.tokenIDs { counts[Int(id)] += 1 }
  return counts
}

private func network(layers: Int = 1, cell: RecurrentCell = .lstm, isBidirectional: Bool = true)
  -> RecurrentConfiguration
{
  var network = RecurrentConfiguration()
  (network.embeddingSize, network.hiddenSize, network.layerCount) = (8, 12, layers)
  (network.cell, network.isBidirectional) = (cell, isBidirectional)
  return network
}

private func model(
  _ network: RecurrentConfiguration, _ texts: EncodedTexts, negatives: Int = 12
) -> LanguageModel {
  LanguageModel(
    LanguageModelConfiguration(
      vocabularySize: vocabularySize, network: network, sequenceCount: 8, negatives: negatives),
    counts: counts(texts), seed: 1)
}

private func options(epochs: Int) -> TrainingOptions {
  var options = TrainingOptions()
  (options.epochs, options.learningRate, options.monitor) = (epochs, 0.01, .loss)
  return options
}

private func source(_ texts: EncodedTexts, segmentLength: Int = 5, directions: Int = 2) -> SegmentSource {
  SegmentSource(
    texts, sequenceCount: 8, segmentLength: segmentLength, directionCount: directions, seed: 3)
}

private func bits(_ model: LanguageModel) -> [UInt32] {
  model.weights.tensors.flatMap { $0.values.array.map(\.bitPattern) }
}

@Test func everyWordIsATargetOnceForEachDirection() throws {
  let texts = grammarTexts(37, seed: 1)
  let source = source(texts)
  for epoch in 1...2 {
    var tokens = 0
    var (forward, backward): ([Int32: Int], [Int32: Int]) = ([:], [:])
    for examples in try source.plan(epoch: epoch).batches() {
      let batch = source.batch(of: examples)
      #expect(batch.directions.count == 2 && batch.directions[0].packed.textCount <= 8)
      tokens += source.tokenCount(of: batch)
      for id in batch.directions[0].targets { forward[id, default: 0] += 1 }
      for id in batch.directions[1].targets { backward[id, default: 0] += 1 }
    }
    #expect(tokens == texts.tokenIDs.count)
    var (next, previous): ([Int32: Int], [Int32: Int]) = ([-1: texts.count], [-1: texts.count])
    for index in 0..<texts.count {
      for id in texts[index].dropFirst() { next[id, default: 0] += 1 }
      for id in texts[index].dropLast() { previous[id, default: 0] += 1 }
    }
    #expect(forward == next && backward == previous)
  }
  #expect(try source.plan(epoch: 1).batches() == source.plan(epoch: 1).batches())
  #expect(try source.plan(epoch: 1).batches() != source.plan(epoch: 2).batches())
}

/// States carried from one batch to the next make segments equal to the whole text; against all words
/// nothing is sampled.
@Test(arguments: [RecurrentCell.lstm, .gru, .rnn], [1, 2])
func segmentsHaveTheLossOfWholeTexts(cell: RecurrentCell, layers: Int) throws {
  let texts = grammarTexts(21, seed: 2)
  let model = model(network(layers: layers, cell: cell), texts)
  let source = source(texts)
  let compute = Compute(threadCount: 2)
  let gradients = Gradients(layout: model.weights.layout)
  var sums = [LossSum](repeating: LossSum(), count: 2)
  for examples in try source.plan(epoch: 1).batches() {
    let batch = source.batch(of: examples)
    for index in 0..<2 {
      let tape = Tape(
        compute: compute, workspace: Workspace(), weights: model.weights, gradients: gradients)
      sums[index] += model.loss(
        tape, batch.directions[index], direction: index, continues: batch.continues,
        drawn: (1..<Int32(vocabularySize)).map { $0 },
        logInclusion: [Float](repeating: 0, count: vocabularySize), weight: 1, divisor: 1)
    }
  }
  let whole = LanguageModelTraining(model, counts: counts(texts), segmentLength: 5).losses(of: texts, compute)
  for index in 0..<2 {
    #expect(sums[index].mass == whole[index].mass)
    #expect(abs(sums[index].sum / whole[index].sum - 1) < 1e-5)
  }
}

/// Tokens that a direction has not read yet change nothing, however many layers there are.
@Test(arguments: [1, 2, 3]) func directionsDoNotLeak(layers: Int) {
  let model = model(network(layers: layers), grammarTexts(9, seed: 3))
  let compute = Compute(threadCount: 1)
  let text: [Int32] = [5, 8, 3, 12, 7, 9, 4]
  func loss(_ ids: [Int32], direction: Int, targets count: Int) -> Double {
    let whole = TextSegment([ids[...]], tokens: 0..<ids.count, isReverse: direction == 1)
    let targets = whole.targets.enumerated().map { $0 < count ? $1 : -1 }
    let tape = Tape(
      compute: compute, workspace: Workspace(), weights: model.weights, gradients: nil)
    return model.wholeLoss(
      tape, TextSegment(packed: whole.packed, targets: targets), direction: direction
    ).sum
  }
  for count in 1..<text.count {
    // Targets 1 … count of the direction; all after them are other words.
    var ending = text
    for place in count + 1..<max(count + 1, text.count) { ending[place] = 19 }
    #expect(loss(text, direction: 0, targets: count) == loss(ending, direction: 0, targets: count))
    var beginning = text
    for place in 0..<text.count - 1 - count { beginning[place] = 19 }
    #expect(loss(text, direction: 1, targets: count) == loss(beginning, direction: 1, targets: count))
    if count + 1 < text.count {
      #expect(loss(text, direction: 0, targets: 6) != loss(ending, direction: 0, targets: 6))
    }
  }
}

@Test func itLearnsMoreThanWordsFrequenciesWithTheSameBitsForAnyThreads() throws {
  let texts = grammarTexts(200, seed: 4)
  let development = grammarTexts(40, seed: 5)
  func train(threads: Int) throws -> TrainedModel<LanguageModelTraining> {
    try Trainer(options(epochs: 4), compute: Compute(threadCount: threads)).train(
      LanguageModelTraining(model(network(), texts), counts: counts(texts), segmentLength: 5),
      source: source(texts), development: development)
  }
  let trained = try train(threads: 1)
  #expect(bits(trained.model.model) == bits(try train(threads: 3).model.model))
  // Each word has two that may follow, and two or so that may have come before: far less than 18.
  #expect(trained.best.developmentLoss < 1.5)
  #expect(trained.best.tasks?.map(\.task) == ["forward", "backward"])
  #expect(trained.best.tasks?.allSatisfy { $0.loss < 1.6 } == true)
}

@Test func aLanguageModelThatGoesOnEndsWithTheSameBits() throws {
  let texts = grammarTexts(60, seed: 6)
  var snapshots: [Snapshot] = []
  func train(_ store: TrainingStore?) throws -> [UInt32] {
    let trained = try Trainer(options(epochs: 2), compute: Compute(threadCount: 1)).train(
      LanguageModelTraining(model(network(layers: 2), texts), counts: counts(texts), segmentLength: 5),
      source: source(texts), development: texts, store: store)
    return bits(trained.model.model)
  }
  let whole = try train(
    TrainingStore(offer: { moment, state in
      do { snapshots.append(try Snapshot(moment, state())) } catch { Issue.record(error) }
    }))
  // In the middle of texts too.
  for snapshot in snapshots {
    let isSame = try train(snapshot.store()) == whole
    #expect(isSame, "from \(snapshot.moment)")
  }
  #expect(snapshots.count > 20)
}

/// A classifier that begins with the weights has the language model's states: a text's last ones, in both
/// directions, of one layer and of several.
@Test(arguments: [1, 2], [true, false])
func aClassifierReadsAsTheLanguageModelDoes(layers: Int, isBidirectional: Bool) throws {
  let texts = grammarTexts(8, seed: 7)
  let network = network(layers: layers, isBidirectional: isBidirectional)
  let model = model(network, texts)
  let compute = Compute(threadCount: 1)
  let order = (0..<texts.count).sorted { (texts.length($0), $1) > (texts.length($1), $0) }
  let sequences = order.map { texts[$0] }
  for direction in 0..<model.directionCount {
    let tape = Tape(
      compute: compute, workspace: Workspace(), weights: model.weights,
      gradients: Gradients(layout: model.weights.layout))
    _ = model.loss(
      tape, TextSegment(sequences, tokens: 0..<sequences[0].count, isReverse: direction == 1),
      direction: direction, continues: false, drawn: [2],
      logInclusion: [Float](repeating: 0, count: vocabularySize), weight: 1, divisor: 1)
  }
  var encoder = network
  encoder.pooling = [.last]
  let size = network.stateSize
  let classifier = try NeuralClassifier(
    configuration: ClassifierConfiguration(
      vocabularySize: vocabularySize, encoder: .recurrent(encoder), classCount: size),
    seed: 9, beginningWith: model.classifierWeights)
  // The head passes features on.
  let (weight, bias) = (try classifier.values("output.weight"), try classifier.values("output.bias"))
  weight.fill(0)
  bias.fill(0)
  for feature in 0..<size { weight.row(feature)[feature] = 1 }
  classifier.weights.didChange()
  let batch = PackedBatch(texts, indices: Array(0..<texts.count))
  let tape = Tape(
    compute: compute, workspace: Workspace(), weights: classifier.weights, gradients: nil)
  let features = classifier(Pass(tape, batch))[0].value
  for (index, ending) in ["", "_reverse"].prefix(model.directionCount).enumerated() {
    let name = "state.hidden_l\(layers - 1)\(ending)"
    let states = try #require(model.weights.tensors.first { $0.name == name }?.values)
    for n in sequences.indices {
      for unit in 0..<network.hiddenSize {
        #expect(abs(states.row(n)[unit] - features.row(n)[index * network.hiddenSize + unit]) < 1e-6)
      }
    }
  }
}

/// Vectors of mean 0 and deviation 1, for perturbations, are compensated in the first layer.
@Test func standardisedVectorsLeaveWhatWasPretrained() throws {
  let texts = grammarTexts(8, seed: 8)
  let model = model(network(), texts)
  let classifier = try NeuralClassifier(
    configuration: ClassifierConfiguration(
      vocabularySize: vocabularySize, encoder: .recurrent(network()), classCount: 3),
    seed: 9, beginningWith: model.classifierWeights)
  let batch = PackedBatch(texts, indices: Array(0..<texts.count))
  func logits() -> [Float] {
    let tape = Tape(
      compute: Compute(threadCount: 1), workspace: Workspace(), weights: classifier.weights, gradients: nil)
    let result = classifier(Pass(tape, batch))[0]
    return withExtendedLifetime(tape) { result.value.array }
  }
  let before = logits()
  try classifier.standardizeVectors(counts: counts(texts))
  let vector = try classifier.values("embedding.weight").row(Int(texts[0].first ?? 2))
  #expect((0..<8).contains { abs(vector[$0]) > 0.5 })
  for (one, other) in zip(before, logits()) { #expect(abs(one - other) < 1e-5) }
}
