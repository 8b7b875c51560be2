import DiscernModels
import DiscernTensor
import TestSupport
import Testing

// The promises of every option of the encoder, alone and combined with others.

private struct Choice: Sendable, CustomTestStringConvertible {
  let name: String
  let change: @Sendable (inout ClassifierConfiguration) -> Void

  init(_ name: String, _ change: @escaping @Sendable (inout ClassifierConfiguration) -> Void) {
    self.name = name
    self.change = change
  }

  var testDescription: String { name }

  func configuration(dropout: Float = 0) -> ClassifierConfiguration {
    var configuration = smallConfiguration(dropout: dropout)
    change(&configuration)
    return configuration
  }
}

private let choices: [Choice] = [
  Choice("one direction") { $0.network.isBidirectional = false },
  Choice("gru") { $0.network.cell = .gru },
  Choice("rnn") { $0.network.cell = .rnn },
  Choice("gru, one direction, one layer") {
    $0.network.cell = .gru
    $0.network.isBidirectional = false
    $0.network.layerCount = 1
    $0.network.layerDropout = 0
  },
  Choice("dropout by element") { $0.network.dropoutKind = .element },
  Choice("locked dropout") { $0.network.dropoutKind = .locked },
  Choice("dropout of words") { $0.network.wordDropout = 0.2 },
  Choice("weight drop") { $0.network.weightDropout = 0.3 },
  Choice("layer norm") { $0.network.layerNorm = LayerNormPlace.allCases },
  Choice("batch norm") { $0.network.batchNorm = .flattened },
  Choice("batch norm per step") {
    $0.network.batchNorm = .perStep
    $0.network.batchNormSteps = 20
  },
  Choice("recurrent batch norm") {
    $0.network.batchNorm = .recurrent
    $0.network.batchNormSteps = 20
  },
  Choice("residual") { $0.network.residual = true },
  Choice("residual of one size") {
    $0.network.residual = true
    $0.network.embeddingSize = 22
  },
  Choice("self-attention over states") {
    $0.network.attentionLayers = 1
    $0.network.attentionHeads = 2
  },
  Choice("self-attention over words") {
    $0.network.isBidirectional = false
    $0.network.layerCount = 0
    $0.network.attentionLayers = 2
    $0.network.attentionHeads = 1
  },
  Choice("self-attention in a window") {
    $0.network.attentionLayers = 2
    $0.network.attentionHeads = 2
    $0.network.attentionWindow = 3
  },
  Choice("self-attention in segments") {
    $0.network.isBidirectional = false
    $0.network.layerCount = 0
    $0.network.attentionLayers = 2
    $0.network.attentionHeads = 1
    ($0.network.attentionMemory, $0.network.backpropagationWindow) = (6, 4)
  },
  Choice("self-attention in segments without positions") {
    $0.network.attentionLayers = 1
    $0.network.attentionHeads = 2
    ($0.network.attentionMemory, $0.network.backpropagationWindow) = (3, 7)
    $0.network.relativePositions = false
  },
  Choice("relative positions in a window") {
    $0.network.attentionLayers = 1
    $0.network.attentionHeads = 2
    ($0.network.attentionWindow, $0.network.relativePositions) = (28, true)
  },
  Choice("self-attention by projections") {
    $0.network.attentionLayers = 2
    $0.network.attentionHeads = 2
    $0.network.attentionProjection = 5
    $0.network.attentionProjectionTokens = 22
  },
  Choice("self-attention by projections of each head") {
    $0.network.attentionLayers = 1
    $0.network.attentionHeads = 2
    $0.network.attentionProjection = 40
    $0.network.attentionProjectionPerHead = true
    $0.network.attentionProjectionTokens = 20
  },
  Choice("truncated") { $0.network.backpropagationWindow = 5 },
  Choice("many") {
    $0.network.cell = .gru
    $0.network.layerCount = 3
    $0.network.dropoutKind = .locked
    $0.network.wordDropout = 0.1
    $0.network.weightDropout = 0.2
    $0.network.layerNorm = LayerNormPlace.allCases
    $0.network.residual = true
    $0.network.backpropagationWindow = 7
    $0.network.attentionLayers = 2
    $0.network.attentionHeads = 11
  },
  Choice("many others") {
    $0.network.isBidirectional = false
    $0.network.layerCount = 3
    $0.network.dropoutKind = .element
    $0.network.weightDropout = 0.2
    $0.network.layerNorm = [.input]
    $0.network.batchNorm = .perStep
    $0.network.batchNormSteps = 20
    $0.network.residual = true
    $0.network.backpropagationWindow = 7
  },
]

private let count = 40
private let texts = randomTexts(count, longest: 30, seed: 2)
private let labels = (0..<count).map { Int32($0 % 3) }

/// A model whose running statistics have seen two batches.
private func model(_ choice: Choice, dropout: Float = 0) throws -> NeuralClassifier {
  let model = NeuralClassifier(
    copying: try NeuralClassifier(configuration: choice.configuration(dropout: dropout), seed: 1))
  for start in [0, 20] {
    let batch = PackedBatch(texts, indices: Array(start..<start + 20))
    _ = TrainingPass(model, batch, labels: labels, compute: Compute(threadCount: 1))
  }
  return model
}

@Test(arguments: choices)
private func logitsAreTheSameBitsAloneInAnyBatchAndByKeptProjections(_ choice: Choice) throws {
  let model = try model(choice, dropout: 0.4)
  var generator = SeededGenerator(seed: 3)
  for family in KernelFamily.available {
    let alone = (0..<count).map { index in
      let workspace = Workspace()
      let tape = Tape(
        compute: Compute(family: family, threadCount: 1), workspace: workspace, weights: model.weights,
        gradients: nil)
      return withExtendedLifetime(workspace) {
        model(Pass(tape, PackedBatch(texts, indices: [index])))[0].value.array
      }
    }
    for threads in [1, 2, 3] {
      let predictor = Predictor(model, compute: Compute(family: family, threadCount: threads))
      for _ in 0..<20 {
        let indices = Array(
          (0..<count).shuffled(using: &generator).prefix(Int.random(in: 1...count, using: &generator)))
        let batch = PackedBatch(texts, indices: indices)
        #expect(
          predictor.logits(batch).map(\.bitPattern) == batch.indices.flatMap { alone[$0] }.map(\.bitPattern))
      }
    }
  }
}

@Test(arguments: choices)
private func gradientsAreTheSameBitsForAnyNumberOfThreadsWithEveryChoice(_ choice: Choice) throws {
  let batch = PackedBatch(texts, indices: Array(0..<count))
  for family in KernelFamily.available {
    func pass(_ threads: Int) throws -> (pass: TrainingPass, states: [Float]) {
      let model = try model(choice, dropout: 0.4)
      let pass = TrainingPass(
        model, batch, labels: labels, compute: Compute(family: family, threadCount: threads))
      return (pass, model.weights.layout.states.flatMap { model.weights[$0].array })
    }
    let one = try pass(1)
    for threads in [2, 3] {
      let other = try pass(threads)
      #expect(other.pass.loss == one.pass.loss)
      #expect(
        other.pass.gradients.dense.elements.map(\.bitPattern)
          == one.pass.gradients.dense.elements.map(\.bitPattern))
      #expect(other.pass.embeddingRows?.values == one.pass.embeddingRows?.values)
      #expect(other.states.map(\.bitPattern) == one.states.map(\.bitPattern))
    }
  }
}

/// Not only each parameter: each of its elements.
@Test(arguments: choices)
private func everyParameterGetsAGradientWithEveryChoice(_ choice: Choice) throws {
  let model = try model(choice)
  let pass = TrainingPass(
    model, PackedBatch(texts, indices: Array(0..<count)), labels: labels, compute: Compute(threadCount: 2))
  let isDropping =
    model.configuration.network.weightDropout > 0
    || model.configuration.network.wordDropout > 0
  for parameter in model.weights.layout.parameters {
    let values = pass.gradients[parameter].array
    #expect(values.allSatisfy { $0.isFinite }, "\(parameter.name)")
    if isDropping {
      // A dropped recurrent weight has none.
      #expect(values.contains { $0 != 0 }, "\(parameter.name)")
    } else {
      #expect(values.allSatisfy { $0 != 0 }, "\(parameter.name)")
    }
  }
}

@Test(arguments: choices) private func aModelOfAnyChoiceComesBackFromItsTensors(_ choice: Choice) throws {
  let original = try model(choice)
  let copy = try NeuralClassifier(
    configuration: original.configuration, tensors: original.tensors)
  let trained = NeuralClassifier(copying: original)
  for (name, tensor) in original.tensors {
    #expect(copy.tensors[name]?.values == tensor.values, "\(name)")
    #expect(trained.tensors[name]?.values == tensor.values, "\(name)")
  }
  let batch = PackedBatch(texts, indices: Array(0..<count))
  let compute = Compute(threadCount: 1)
  #expect(
    Predictor(copy, compute: compute).logits(batch) == Predictor(original, compute: compute).logits(batch))
  for name in original.tensors.keys {
    var tensors = original.tensors
    tensors[name] = nil
    #expect(throws: ModelError.missingWeight(name: name)) {
      _ = try NeuralClassifier(configuration: original.configuration, tensors: tensors)
    }
  }
}

/// Perturbed by nothing, word by word or token by token, the same dropout leaves the same bits; a real
/// perturbation has a gradient and changes the scores.
@Test(arguments: choices) private func perturbationsGoWithEveryChoice(_ choice: Choice) throws {
  let model = try model(choice, dropout: 0.4)
  let batch = PackedBatch(texts, indices: Array(0..<count))
  let (tokens, size) = (batch.tokenCount, model.configuration.network.embeddingSize)
  func logits(_ perturbation: (Workspace) -> Perturbation) throws -> [Float] {
    try movedLogits(model, batch, labels: labels, keepsStatistics: true, perturbation)
  }
  let plain = try logits { _ in .ofWords(nil) }
  #expect(try logits { _ in .ofTokens(nil) } == plain)
  #expect(try logits { .ofTokens($0.zeros(tokens, size)) } == plain)
  #expect(try logits { .ofWords($0.zeros(batch.distinctIDs.count, size)) } == plain)
  let moved = try logits { workspace in
    let perturbation = workspace.matrix(tokens, size)
    perturbation.fill(0.5)
    return .ofTokens(perturbation)
  }
  #expect(zip(plain, moved).contains { $0 != $1 })
}

/// Dropout changes training, not predictions.
@Test func everyKindOfDropoutActsInTrainingOnly() throws {
  let batch = PackedBatch(texts, indices: Array(0..<count))
  let compute = Compute(threadCount: 1)
  var seen: [[Float]] = []
  let changes: [@Sendable (inout ClassifierConfiguration) -> Void] = [
    { _ in }, { $0.network.embeddingDropout = 0.5 }, { $0.network.wordDropout = 0.5 },
    { $0.network.weightDropout = 0.5 },
    {
      $0.network.embeddingDropout = 0.5
      $0.network.dropoutKind = .element
    },
    {
      $0.network.embeddingDropout = 0.5
      $0.network.dropoutKind = .locked
    }, { $0.network.layerDropout = 0.5 },
    {
      $0.network.layerDropout = 0.5
      $0.network.dropoutKind = .locked
    },
  ]
  var predicted: [Float]?
  for change in changes {
    var configuration = smallConfiguration()
    change(&configuration)
    let model = try NeuralClassifier(configuration: configuration, seed: 1)
    let logits = Predictor(model, compute: compute).logits(batch)
    #expect(logits == predicted ?? logits)
    predicted = logits
    func train(step: Int) -> [Float] {
      TrainingPass(model, batch, labels: labels, compute: compute, step: step).logits
    }
    let trained = train(step: 1)
    #expect(!seen.contains(trained))
    #expect(trained == train(step: 1))
    #expect((trained == train(step: 2)) == seen.isEmpty)
    seen.append(trained)
  }
}

@Test func aWindowLongerThanEveryTextChangesNoBit() throws {
  let batch = PackedBatch(texts, indices: Array(0..<count))
  func pass(_ window: Int?) throws -> TrainingPass {
    var configuration = smallConfiguration(dropout: 0.3)
    configuration.network.backpropagationWindow = window
    return TrainingPass(
      try NeuralClassifier(configuration: configuration, seed: 1), batch, labels: labels,
      compute: Compute(threadCount: 2))
  }
  let (full, same, cut) = (try pass(nil), try pass(30), try pass(8))
  #expect(
    full.gradients.dense.elements.map(\.bitPattern) == same.gradients.dense.elements.map(\.bitPattern))
  #expect(full.embeddingRows?.values.map(\.bitPattern) == same.embeddingRows?.values.map(\.bitPattern))
  #expect(full.logits == cut.logits)
  #expect(full.gradients.dense.elements.map(\.bitPattern) != cut.gradients.dense.elements.map(\.bitPattern))
}

@Test func ratesGoFromOneToTheOther() {
  var configuration = smallConfiguration(layers: 2, dropout: 0.5)
  configuration.network.wordDropout = 0.1
  let own = configuration.encoder.dropoutRates
  #expect(configuration.encoder.dropoutRates(movedTo: 0.1, share: 0) == own)
  let half = configuration.encoder.dropoutRates(movedTo: 0.1, share: 0.5)
  #expect([half.embedding, half.layers, half.output].allSatisfy { abs($0 - 0.3) < 1e-6 })
  #expect(half.words == 0.1 && half.weights == 0)
  let single = smallConfiguration(layers: 1, dropout: 0.5).encoder.dropoutRates(movedTo: 0.1, share: 1)
  #expect(single.layers == 0 && abs(single.output - 0.1) < 1e-6)
}
