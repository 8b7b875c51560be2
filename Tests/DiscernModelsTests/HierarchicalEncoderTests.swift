import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import Foundation
import TestSupport
import Testing

// The promises of a hierarchical network, with every option of its layers.

private struct Choice: Sendable, CustomTestStringConvertible {
  let name: String
  var sentenceHidden: Int?
  let change: @Sendable (inout RecurrentConfiguration) -> Void

  init(
    _ name: String, sentenceHidden: Int? = 5,
    _ change: @escaping @Sendable (inout RecurrentConfiguration) -> Void = { _ in }
  ) {
    self.name = name
    self.sentenceHidden = sentenceHidden
    self.change = change
  }

  var testDescription: String { name }

  func configuration(dropout: Float = 0) -> ClassifierConfiguration {
    var configuration = smallConfiguration(pooling: [.additive, .max], dropout: dropout)
    change(&configuration.network)
    return configuration.hierarchical(sentenceHidden: sentenceHidden)
  }
}

private let choices: [Choice] = [
  Choice("two layers, every pooling") { $0.pooling = Pooling.allCases },
  Choice("one layer without a projection", sentenceHidden: nil) {
    $0.pooling = [.additive]
    $0.layerCount = 1
  },
  Choice("gru, one direction") {
    $0.cell = .gru
    $0.isBidirectional = false
  },
  Choice("rnn, no attention to words") {
    $0.cell = .rnn
    $0.pooling = [.max]
  },
  Choice("dropout by element") { $0.dropoutKind = .element },
  Choice("locked dropout of words and weights") {
    $0.dropoutKind = .locked
    $0.wordDropout = 0.2
    $0.weightDropout = 0.3
  },
  Choice("norms and residual") {
    $0.layerNorm = LayerNormPlace.allCases
    $0.residual = true
    $0.backpropagationWindow = 3
  },
  Choice("batch norm per step") {
    $0.batchNorm = .perStep
    $0.batchNormSteps = 20
  },
]

private let count = 40
private let texts = dividedTexts(count, longest: 30, seed: 2)
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

private func logits(_ model: NeuralClassifier, _ batch: PackedBatch, _ compute: Compute) -> [UInt32] {
  let workspace = Workspace()
  let tape = Tape(compute: compute, workspace: workspace, weights: model.weights, gradients: nil)
  return withExtendedLifetime(workspace) {
    model(Pass(tape, batch))[0].value.array.map(\.bitPattern)
  }
}

@Test(arguments: choices)
private func logitsAreTheSameBitsAloneInAnyBatchAndByKeptProjections(_ choice: Choice) throws {
  let model = try model(choice, dropout: 0.4)
  var generator = SeededGenerator(seed: 3)
  for (family, member) in KernelFamily.available.map({ ($0, model) })
    + KernelFamily.exact.map({ ($0, model.quantized) })
  {
    let alone = (0..<count).map {
      logits(member, PackedBatch(texts, indices: [$0]), Compute(family: family, threadCount: 1))
    }
    for threads in [1, 3] {
      let predictor = Predictor(member, compute: Compute(family: family, threadCount: threads))
      for _ in 0..<10 {
        let indices = Array(
          (0..<count).shuffled(using: &generator).prefix(Int.random(in: 1...count, using: &generator)))
        let batch = PackedBatch(texts, indices: indices)
        #expect(predictor.logits(batch).map(\.bitPattern) == batch.indices.flatMap { alone[$0] })
      }
    }
  }
}

@Test(arguments: choices)
private func gradientsAreTheSameBitsForAnyNumberOfThreads(_ choice: Choice) throws {
  let batch = PackedBatch(texts, indices: Array(0..<count))
  for family in KernelFamily.available {
    func pass(_ threads: Int) throws -> TrainingPass {
      TrainingPass(
        try model(choice, dropout: 0.4), batch, labels: labels,
        compute: Compute(family: family, threadCount: threads))
    }
    let one = try pass(1)
    for threads in [2, 3] {
      let other = try pass(threads)
      #expect(other.loss == one.loss)
      #expect(
        other.gradients.dense.elements.map(\.bitPattern) == one.gradients.dense.elements.map(\.bitPattern))
      #expect(other.embeddingRows?.values == one.embeddingRows?.values)
    }
  }
}

@Test(arguments: choices) private func everyParameterGetsAGradient(_ choice: Choice) throws {
  let model = try model(choice)
  let pass = TrainingPass(
    model, PackedBatch(texts, indices: Array(0..<count)), labels: labels, compute: Compute(threadCount: 2))
  for parameter in model.weights.layout.parameters {
    let values = pass.gradients[parameter].array
    #expect(values.allSatisfy { $0.isFinite } && values.contains { $0 != 0 }, "\(parameter.name)")
  }
}

/// Every element of every weight, by differences of the naive network.
@Test(arguments: [nil, 3]) func gradientsAreThoseOfTheNaiveNetwork(sentenceHidden: Int?) throws {
  var configuration = smallConfiguration(pooling: [.additive, .max], layers: 1)
  configuration.vocabularySize = 9
  configuration.network.embeddingSize = 4
  configuration.network.hiddenSize = 3
  configuration.network.attentionSize = 3
  // Without a projection the states are as large as two poolings' outputs.
  let hierarchical = configuration.hierarchical(sentenceHidden: sentenceHidden ?? 6)
  let model = try NeuralClassifier(configuration: hierarchical, seed: 3)
  #expect(model.shapes.contains { $0.name == "sentences.context.weight" } == (sentenceHidden != nil))
  let texts = dividedTexts(7, longest: 11, vocabulary: 9, seed: 8)
  let labels = (0..<7).map { Int32($0 % 3) }
  let batch = PackedBatch(texts, indices: Array(0..<7))
  let sentences = try #require(texts.sentences)
  let cases = (0..<7).map { text in
    (ids: Array(texts[text]), starts: sentences[text].map { Int($0) }, label: Int(labels[text]))
  }
  var reference = HierarchicalReference(
    weights: model.tensors.mapValues { ($0.shape, $0.values.map { Double($0) }) })
  let pass = TrainingPass(model, batch, labels: labels, smoothing: 0, compute: Compute(threadCount: 2))
  for (row, text) in batch.indices.enumerated() {
    for (own, other) in zip(
      pass.logits[3 * row..<3 * row + 3], reference.logits(cases[text].ids, starts: cases[text].starts))
    {
      #expect(abs(Double(own) - other) < 1e-5)
    }
  }
  #expect(abs(pass.loss - reference.loss(cases)) < 1e-6)
  var gradients = Dictionary(
    uniqueKeysWithValues: model.weights.layout.parameters.map { ($0.name, pass.gradients[$0].array) })
  let rows = try #require(pass.embeddingRows)
  var table = [Float](repeating: 0, count: 9 * 4)
  for (row, id) in rows.ids.enumerated() {
    for j in 0..<4 { table[4 * Int(id) + j] = rows.values[4 * row + j] }
  }
  gradients["embedding.weight"] = table
  for (name, gradient) in gradients {
    let largest = max(1e-4, Double(gradient.map(abs).max() ?? 0))
    for index in gradient.indices {
      let value = reference.weights[name]?.values[index] ?? 0
      func loss(_ moved: Double) -> Double {
        reference.weights[name]?.values[index] = moved
        return reference.loss(cases)
      }
      let difference = (loss(value + 1e-4) - loss(value - 1e-4)) / 2e-4
      reference.weights[name]?.values[index] = value
      #expect(
        abs(Double(gradient[index]) - difference) < 2e-3 * largest,
        "\(name)[\(index)]: \(gradient[index]), by differences \(difference)")
    }
  }
}

/// A text of one sentence is answered, and trained on, as by the words' network alone.
@Test(arguments: choices)
private func aTextOfOneSentenceIsTheFlatModels(_ choice: Choice) throws {
  var lone = randomTexts(count, longest: 30, seed: 5)
  var sentences = TextSentences()
  for _ in 0..<count { sentences.append([0]) }
  lone.sentences = sentences
  let hierarchical = try model(choice, dropout: 0.4)
  var flatConfiguration = hierarchical.configuration
  flatConfiguration.network = try #require(hierarchical.configuration.encoder.wordNetwork)
  if flatConfiguration.network.layerCount == 1 { flatConfiguration.network.layerDropout = nil }
  let names = Set(
    try NeuralClassifier(configuration: flatConfiguration, seed: 1).shapes.map(\.name))
  let flat = try NeuralClassifier(
    configuration: flatConfiguration, tensors: hierarchical.tensors.filter { names.contains($0.key) })
  #expect(hierarchical.tensors.count > names.count)
  // Among texts of several sentences too.
  var mixed = texts
  mixed.append(contentsOf: lone)
  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: 2)
    let expected = Predictor(flat, compute: compute).logits(lone)
    #expect(Predictor(hierarchical, compute: compute).logits(lone) == expected)
    #expect(Predictor(hierarchical, compute: compute).logits(mixed).suffix(expected.count) == expected[...])
  }
  let compute = Compute(threadCount: 2)
  #expect(
    Predictor(hierarchical.quantized, compute: compute).logits(lone)
      == Predictor(flat.quantized, compute: compute).logits(lone))
  let batch = PackedBatch(lone, indices: Array(0..<count))
  let own = TrainingPass(hierarchical, batch, labels: labels, compute: compute)
  let other = TrainingPass(flat, batch, labels: labels, compute: compute)
  #expect(own.loss == other.loss && own.logits == other.logits)
  #expect(own.embeddingRows?.values == other.embeddingRows?.values)
  for parameter in flat.weights.layout.parameters {
    let same = try #require(hierarchical.weights.layout.parameters.first { $0.name == parameter.name })
    #expect(own.gradients[same].array == other.gradients[parameter].array, "\(parameter.name)")
  }
}

@Test(arguments: choices) private func perturbationsGoWithEveryChoice(_ choice: Choice) throws {
  let model = try model(choice, dropout: 0.4)
  let batch = PackedBatch(texts, indices: Array(0..<count))
  let (tokens, size) = (batch.tokenCount, model.configuration.encoder.embeddingSize)
  func moved(_ perturbation: (Workspace) -> Perturbation) throws -> [Float] {
    try movedLogits(model, batch, labels: labels, keepsStatistics: true, perturbation)
  }
  let plain = try moved { _ in .ofWords(nil) }
  #expect(try moved { _ in .ofTokens(nil) } == plain)
  #expect(try moved { .ofTokens($0.zeros(tokens, size)) } == plain)
  #expect(try moved { .ofWords($0.zeros(batch.distinctIDs.count, size)) } == plain)
  // A token that is moved belongs to one text: the others' answers stay.
  let one = try moved { workspace in
    let perturbation = workspace.zeros(tokens, size)
    for j in 0..<size { perturbation.row(7)[j] = 0.5 }
    return .ofTokens(perturbation)
  }
  for row in 0..<count {
    let same = plain[3 * row..<3 * row + 3] == one[3 * row..<3 * row + 3]
    // A batch's statistics move with each of its tokens.
    #expect(model.configuration.encoder.wordNetwork?.batchNorm != BatchNormKind.none || same == (row != 7))
  }
}

@Test func attentionOfATextComesToOneAndIsThatOfItsSentences() throws {
  let model = try model(choices[0])
  let predictor = Predictor(model, compute: Compute(threadCount: 2))
  var seen = 0
  _ = predictor.logits(texts) { text, attention in
    seen += 1
    #expect(attention.count == texts.length(text) && abs(attention.reduce(0, +) - 1) < 1e-5)
    #expect(attention.allSatisfy { $0 > 0 })
  }
  #expect(seen == count && model.hasAttention)
  #expect(try !NeuralClassifier(configuration: choices[3].configuration(), seed: 1).hasAttention)
}

/// Thousands of sentences, the longest sentence, the shortest text: all at once and each alone.
@Test func hostileTextsAreAnswered() throws {
  let model = try model(choices[0])
  var hostile = EncodedTexts()
  var sentences = TextSentences()
  func add(_ length: Int, _ starts: [Int]) {
    hostile.append((0..<length).map { Int32($0 % 60) })
    sentences.append(starts)
  }
  add(5_000, Array(0..<5_000))
  add(1, [0])
  add(5_000, [0])
  add(300, [0, 299])
  add(300, [0, 1])
  hostile.sentences = sentences
  let predictor = Predictor(model, compute: Compute(threadCount: 2))
  let together = predictor.logits(PackedBatch(hostile, indices: Array(0..<5)))
  #expect(together.allSatisfy { $0.isFinite })
  for (row, text) in PackedBatch(hostile, indices: Array(0..<5)).indices.enumerated() {
    let alone = predictor.logits(PackedBatch(hostile, indices: [text]))
    #expect(alone == Array(together[3 * row..<3 * row + 3]))
  }
  let pass = TrainingPass(
    model, PackedBatch(hostile, indices: Array(0..<5)), labels: [0, 1, 2, 0, 1],
    compute: Compute(threadCount: 2))
  #expect(pass.gradients.dense.elements.allSatisfy { $0.isFinite })
}

@Test func integratedGradientsComeToTheLogit() throws {
  for choice in [choices[0], choices[1], choices[2]] {
    let model = try model(choice)
    let compute = Compute(threadCount: 2)
    let logits = Predictor(model, compute: compute).logits(texts)
    let method = IntegratedGradients([model], compute: compute)
    for text in 0..<10 {
      let result = method.explain(texts, text: text, head: 0, label: 1, logit: logits[3 * text + 1])
      #expect(result.gap < 0.01, "\(choice.name), text \(text): \(result.gap)")
      #expect(result.scores.count == texts.length(text) && result.scores.contains { $0 != 0 })
    }
  }
}

@Test func theDescriptionSaysWhatSentencesAre() throws {
  for choice in choices {
    let model = try NeuralClassifier(configuration: choice.configuration(), seed: 1)
    #expect(model.description.steps.reduce(0) { $0 + $1.parameterCount } == model.parameterCount)
  }
  let model = try NeuralClassifier(configuration: choices[1].configuration(), seed: 1)
  #expect(
    model.description.steps.map(\.name) == [
      "embedding", "bidirectional LSTM, 2 × 11", "additive pooling", "sentences",
      "bidirectional LSTM, 2 × 11", "context of each sentence", "additive pooling", "linear, softmax",
    ])
  #expect(
    model.description.steps.map(\.output) == [
      .tokens(9), .tokens(22), .sentences(22), .sentences(22), .sentences(22), .sentences(22), .text(22),
      .text(3),
    ])
  let attention = 22 * 7 + 7 + 22
  #expect(model.description.flopsPerToken == 2 * Double(2 * 44 * (9 + 11) + attention))
  #expect(model.description.flopsPerSentence == 2 * Double(2 * 44 * (22 + 11) + attention))
}

@Test func aConfigurationComesBackAndItsMistakesAreNamed() throws {
  let configuration = choices[0].configuration(dropout: 0.3)
  let data = try JSONEncoder().encode(configuration)
  #expect(try JSONDecoder().decode(ClassifierConfiguration.self, from: data) == configuration)
  var words = RecurrentConfiguration()
  words.layerDropout = 0.2
  #expect(HierarchicalConfiguration(words: words).sentenceHiddenSize == words.hiddenSize)
  // The only layer of words has the only one of sentences above it.
  try HierarchicalConfiguration(words: words).validate()
  #expect(HierarchicalConfiguration(words: words).dropoutRates.layers == 0.2)
  #expect(HierarchicalConfiguration(words: words).dropoutRates(movedTo: 0.4, share: 0.5).layers == 0.3)
  for (name, size, change) in [
    ("sentence-hidden", 0, { _ in }), ("sentence-hidden", 1 << 21, { _ in }),
    ("hidden", nil, { $0.hiddenSize = 0 }), ("layer-dropout", nil, { $0.layerDropout = 1 }),
  ] as [(String, Int?, (inout RecurrentConfiguration) -> Void)] {
    var words = RecurrentConfiguration()
    change(&words)
    do throws(ModelError) {
      try HierarchicalConfiguration(words: words, sentenceHiddenSize: size).validate()
      Issue.record("\(name) is taken")
    } catch {
      guard case .invalidConfiguration(name, _, _) = error else {
        Issue.record(error)
        continue
      }
    }
  }
}
