import DiscernCorpus
import DiscernModels
import DiscernTensor
import TestSupport
import Testing

/// 2,000 random batches for each family.
@Test func aTextsLogitsAreTheSameBitsAloneAndInAnyBatch() throws {
  let model = try NeuralClassifier(configuration: smallConfiguration(), seed: 1)
  let count = 40
  let texts = randomTexts(count, longest: 30, seed: 2)
  var generator = SeededGenerator(seed: 3)
  for family in KernelFamily.available {
    let alone = (0..<count).map { index in
      Predictor(model, compute: Compute(family: family, threadCount: 1))
        .logits(PackedBatch(texts, indices: [index]))
    }
    for threads in [1, 2, 3, 8] {
      // One predictor for many batches: earlier batches have no influence.
      let predictor = Predictor(model, compute: Compute(family: family, threadCount: threads))
      for _ in 0..<500 {
        let indices = Array(
          (0..<count).shuffled(using: &generator).prefix(Int.random(in: 1...count, using: &generator)))
        let batch = PackedBatch(texts, indices: indices)
        let logits = predictor.logits(batch)
        let expected = batch.indices.flatMap { alone[$0] }
        #expect(
          logits.map(\.bitPattern) == expected.map(\.bitPattern),
          "texts \(batch.indices), \(family.name), \(threads) threads")
      }
    }
  }
}

@Test func probabilitiesComeInTheTextsOrderForAnyBatchSize() throws {
  let model = try NeuralClassifier(configuration: smallConfiguration(), seed: 1)
  let texts = randomTexts(50, longest: 30, seed: 4)
  let predictor = Predictor(model, compute: Compute(threadCount: 2))
  let expected = (0..<50).flatMap { predictor.probabilities(PackedBatch(texts, indices: [$0])) }
  for tokens in [1, 40, 300, 16_384] {
    let values = predictor.probabilities(texts, tokensPerBatch: tokens)
    #expect(values.map(\.bitPattern) == expected.map(\.bitPattern))
  }
  for row in 0..<50 {
    let own = expected[3 * row..<3 * row + 3]
    #expect(own.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(abs(own.reduce(0, +) - 1) < 1e-6)
  }
}

@Test func gradientsAreTheSameBitsForAnyNumberOfThreads() throws {
  let model = try NeuralClassifier(configuration: smallConfiguration(dropout: 0.4), seed: 1)
  let texts = randomTexts(60, longest: 30, seed: 5)
  let batch = PackedBatch(texts, indices: Array(0..<60))
  let labels = (0..<60).map { Int32($0 % 3) }
  for family in KernelFamily.available {
    func pass(_ threads: Int) -> TrainingPass {
      TrainingPass(model, batch, labels: labels, compute: Compute(family: family, threadCount: threads))
    }
    let one = pass(1)
    for threads in [1, 2, 3, 8] {
      let other = pass(threads)
      #expect(other.loss == one.loss)
      #expect(other.logits.map(\.bitPattern) == one.logits.map(\.bitPattern))
      #expect(
        other.gradients.dense.elements.map(\.bitPattern) == one.gradients.dense.elements.map(\.bitPattern))
      #expect(other.embeddingRows?.ids == one.embeddingRows?.ids)
      #expect(
        other.embeddingRows?.values.map(\.bitPattern) == one.embeddingRows?.values.map(\.bitPattern))
    }
  }
}

@Test func dropoutMasksComeFromSeedAndStepAlone() throws {
  let model = try NeuralClassifier(configuration: smallConfiguration(dropout: 0.5), seed: 1)
  let batch = PackedBatch(randomTexts(20, longest: 20, seed: 6), indices: Array(0..<20))
  let labels = (0..<20).map { Int32($0 % 3) }
  func logits(seed: UInt64, step: Int) -> [Float] {
    TrainingPass(
      model, batch, labels: labels, compute: Compute(threadCount: 2), seed: seed, step: step
    ).logits
  }
  #expect(logits(seed: 1, step: 1) == logits(seed: 1, step: 1))
  #expect(logits(seed: 1, step: 1) != logits(seed: 1, step: 2))
  #expect(logits(seed: 1, step: 1) != logits(seed: 2, step: 1))
}

/// Each of the three dropouts changes training, also with one layer, and none changes predictions.
@Test func everyDropoutActsInTrainingOnly() throws {
  let batch = PackedBatch(randomTexts(20, longest: 20, seed: 7), indices: Array(0..<20))
  let labels = (0..<20).map { Int32($0 % 3) }
  let compute = Compute(threadCount: 1)
  for (path, layers) in [
    (\RecurrentConfiguration.embeddingDropout, 1), (\.outputDropout, 1),
    (\RecurrentConfiguration.layerRate, 2),
  ] {
    var configuration = smallConfiguration(layers: layers)
    let plain = try NeuralClassifier(configuration: configuration, seed: 1)
    configuration.network[keyPath: path] = 0.5
    let dropping = try NeuralClassifier(configuration: configuration, seed: 1)
    #expect(
      Predictor(plain, compute: compute).logits(batch) == Predictor(dropping, compute: compute).logits(batch))
    #expect(
      TrainingPass(plain, batch, labels: labels, compute: compute).logits
        != TrainingPass(dropping, batch, labels: labels, compute: compute).logits)
  }
}

@Test(arguments: Pooling.allCases.map { [$0] } + [Pooling.allCases], [1, 3])
func everyParameterGetsAGradient(pooling: [Pooling], layers: Int) throws {
  let model = try NeuralClassifier(
    configuration: smallConfiguration(pooling: pooling, layers: layers), seed: 1)
  let texts = randomTexts(30, longest: 12, seed: 8)
  let pass = TrainingPass(
    model, PackedBatch(texts, indices: Array(0..<30)), labels: (0..<30).map { Int32($0 % 3) },
    compute: Compute(threadCount: 2))
  for parameter in model.weights.layout.parameters {
    // Not only each parameter: each of its elements.
    let values = pass.gradients[parameter].array
    #expect(values.allSatisfy { $0 != 0 && $0.isFinite }, "\(parameter.name)")
  }
  let rows = try #require(pass.embeddingRows)
  #expect(Set(rows.ids) == Set(texts.tokenIDs))
  #expect(rows.values.allSatisfy { $0 != 0 && $0.isFinite })
}

@Test func aPerturbationOfTheWordsChangesTheScoresAndNoWeight() throws {
  let model = try NeuralClassifier(configuration: smallConfiguration(), seed: 1)
  let before = model.tensors
  let batch = PackedBatch(randomTexts(5, longest: 12, seed: 9), indices: Array(0..<5))
  let workspace = Workspace()
  let tape = Tape(
    compute: Compute(threadCount: 1), workspace: workspace, weights: model.weights, gradients: nil)
  let perturbation = workspace.matrix(batch.distinctIDs.count, 9)
  perturbation.fill(0.1)
  let (plain, moved) = withExtendedLifetime(tape) {
    (
      model(Pass(tape, batch))[0].value.array,
      model(Pass(tape, batch, perturbation: .ofWords(perturbation)))[0].value.array
    )
  }
  #expect(zip(plain, moved).allSatisfy { $0 != $1 })
  #expect(model.tensors.allSatisfy { before[$0.key]?.values == $0.value.values })
}

@Test func aFrozenEmbeddingGetsNoGradient() throws {
  var configuration = smallConfiguration()
  configuration.network.trainsEmbedding = false
  let model = try NeuralClassifier(configuration: configuration, seed: 1)
  let batch = PackedBatch(randomTexts(5, longest: 12, seed: 9), indices: Array(0..<5))
  let pass = TrainingPass(model, batch, labels: [0, 1, 2, 0, 1], compute: Compute(threadCount: 1))
  #expect(pass.embeddingRows == nil)
  #expect(pass.gradients.dense.elements.contains { $0 != 0 })
}

extension RecurrentConfiguration {
  fileprivate var layerRate: Float {
    get { layerDropoutRate }
    set { layerDropout = newValue }
  }
}
