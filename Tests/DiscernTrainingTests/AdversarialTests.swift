import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

// A step of SGD without momentum, at rate 1 and without clipping, changes the weights by the gradient
// itself, which these tests put together from passes over models whose tables were really moved.

private let compute = Compute(threadCount: 2)

private func plainSGD(_ change: (inout TrainingOptions) -> Void) -> TrainingOptions {
  smallOptions {
    $0.optimizer = .sgd
    $0.momentum = 0
    $0.clipNorm = 0
    change(&$0)
  }
}

/// Three texts without a common word, so that moving a token is moving a row of the table.
private let texts: EncodedTexts = {
  var texts = EncodedTexts()
  texts.append([5, 2, 9, 12, 7])
  texts.append([3, 20])
  texts.append([30, 31, 4])
  return texts
}()
private let batch = PackedBatch(texts, indices: [0, 1, 2])
private let labels: [Int32] = [0, 1, 2]

/// All weights in one list, the table's rows first.
private func flat(_ model: NeuralClassifier) -> [Double] {
  (model.weights[model.wordTable].array + Array(model.weights.dense.elements)).map(Double.init)
}

private struct Pass {
  /// As `flat`.
  var gradient: [Double]
  /// [tokens by text][D], in the order of the texts.
  var vectors: [[Double]]

  /// One pass at the model's weights, of an objective that is given the logits.
  init(_ model: NeuralClassifier, step: Int = 1, _ objective: (Tape, Variable) -> Void) {
    let gradients = Gradients(layout: model.weights.layout)
    let size = model.configuration.encoder.embeddingSize
    var table = [Double](repeating: 0, count: model.wordTable.count)
    var vectors: [Int32: [Double]] = [:]
    let tape = Tape(
      compute: compute, workspace: Workspace(), weights: model.weights, gradients: gradients)
    withExtendedLifetime(tape) {
      let pass = DiscernModels.Pass(tape, batch, seed: 1, step: step)
      objective(tape, model(pass)[0])
      tape.runBackward()
      guard let gradient = pass.vectors?.gradient else { return }
      for (row, id) in batch.distinctIDs.enumerated() {
        let values = (0..<size).map { Double(gradient.row(row)[$0]) }
        vectors[id] = values
        for j in 0..<size { table[Int(id) * size + j] = values[j] }
      }
    }
    gradient = table + gradients.dense.elements.map(Double.init)
    self.vectors = texts.tokenIDs.map { vectors[$0] ?? [] }
  }
}

private func crossEntropy(_ tape: Tape, _ logits: Variable) {
  _ = tape.crossEntropy(
    logits, labels: batch.indices.map { labels[$0] }, smoothing: 0.1, divisor: Double(batch.textCount))
}

private func norm(_ vectors: some Sequence<[Double]>) -> Double {
  vectors.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
}

/// The model with its words' rows moved along `vectors`, each text's (or all texts') move of norm ε.
private func moved(
  _ model: NeuralClassifier, along vectors: [[Double]], epsilon: Double, byText: Bool
) -> NeuralClassifier {
  let result = NeuralClassifier(copying: model)
  for text in 0..<texts.count {
    let range = texts.offsets[text]..<texts.offsets[text + 1]
    let length = norm(byText ? Array(vectors[range]) : vectors)
    for token in range {
      let row = result.weights[result.wordTable].row(Int(texts.tokenIDs[token]))
      for j in vectors[token].indices { row[j] += Float(epsilon / length * vectors[token][j]) }
    }
  }
  return result
}

/// The weights' change by one step of TrainingStep, with the opposite sign.
private func stepGradient(_ model: NeuralClassifier, _ options: TrainingOptions) -> [Double] {
  let trained = NeuralClassifier(copying: model)
  let update = TrainingStep(
    ClassifierTraining(trained, options: options), options: options, compute: compute
  ).update(
    [LabelledTexts(texts: texts, labels: labels).batch(of: batch.indices)], learningRate: 1)
  #expect(update.isFinite)
  return zip(flat(model), flat(trained)).map { $0 - $1 }
}

private func expectEqual(_ got: [Double], _ expected: [Double], _ comment: Comment) {
  let largest = expected.map(abs).max() ?? 1
  let worst = zip(got, expected).map { abs($0 - $1) }.max() ?? .infinity
  #expect(worst <= 2e-4 * largest, comment)
}

private func configurations() -> [(String, ClassifierConfiguration)] {
  var frozen = smallConfiguration()
  frozen.encoder.recurrent?.trainsEmbedding = false
  return [
    ("plain", smallConfiguration()), ("two layers", smallConfiguration(layers: 2)), ("frozen", frozen),
  ]
}

/// A frozen table gets no gradient.
private func masked(_ gradient: [Double], _ model: NeuralClassifier) -> [Double] {
  guard model.configuration.encoder.recurrent?.trainsEmbedding == false else { return gradient }
  let table = model.wordTable.count
  return Array(repeating: 0, count: table) + gradient[table...]
}

@Test(arguments: [AdversarialMethod.fgm, .fgmSequence]) func bothPassesGradientsAddUp(
  method: AdversarialMethod
) throws {
  for (name, configuration) in configurations() {
    let model = try NeuralClassifier(configuration: configuration, seed: 3)
    let table = model.weights[model.wordTable].array
    let clean = Pass(model, crossEntropy)
    for (epsilon, weight) in [(0.5, 1.0), (2, 0.3)] {
      let there = Pass(
        moved(model, along: clean.vectors, epsilon: epsilon, byText: method == .fgmSequence), crossEntropy)
      let expected = zip(clean.gradient, there.gradient).map { $0 + weight * $1 }
      let got = stepGradient(
        model,
        plainSGD {
          $0.adversarial = method
          $0.epsilon = epsilon
          $0.adversarialWeight = weight
        })
      expectEqual(got, masked(expected, model), "\(name), ε \(epsilon)")
    }
    #expect(model.weights[model.wordTable].array == table, "the shared table was written")
  }
}

/// Masks belong to the step: a pass that drew its own would give another sum.
@Test func bothPassesDropTheSame() throws {
  let model = try NeuralClassifier(configuration: smallConfiguration(dropout: 0.4), seed: 3)
  let clean = Pass(model, crossEntropy)
  let there = Pass(moved(model, along: clean.vectors, epsilon: 0.5, byText: false), crossEntropy)
  let options = plainSGD {
    $0.adversarial = .fgm
    $0.epsilon = 0.5
  }
  expectEqual(stepGradient(model, options), zip(clean.gradient, there.gradient).map(+), "masks")
}

@Test func virtualAdversarialTrainingMovesTowardsAnotherPredictionAndPullsItBack() throws {
  let model = try NeuralClassifier(configuration: smallConfiguration(), seed: 3)
  var prediction: [Float] = []
  let clean = Pass(model) { tape, logits in
    prediction =
      tape.crossEntropy(
        logits, labels: batch.indices.map { labels[$0] }, smoothing: 0.1, divisor: Double(batch.textCount)
      ).probabilities.array
  }
  func divergence(_ tape: Tape, _ logits: Variable) {
    let target = tape.workspace.matrix(logits.value.rows, logits.value.columns)
    for (index, value) in prediction.enumerated() { target.pointer[index] = value }
    tape.divergence(of: logits, from: target, divisor: Double(batch.textCount))
  }
  // The random direction that the first step draws.
  let workspace = Workspace()
  let stream = RandomStream(seed: 1, purpose: .adversarial, counter: 1)
  let random = withExtendedLifetime(workspace) {
    workspace.randomPerturbation(
      columns: 7, ofEachSequenceIn: batch.layout, norm: 1, stream: stream, compute
    ).array
  }
  var start = [[Double]](repeating: [], count: texts.tokenIDs.count)
  for (sequence, text) in batch.indices.enumerated() {
    for t in 0..<texts.length(text) {
      let row = batch.layout.offsets[t] + sequence
      start[texts.offsets[text] + t] = random[row * 7..<(row + 1) * 7].map(Double.init)
    }
  }
  let there = Pass(moved(model, along: start, epsilon: 0.1, byText: true), divergence)
  let back = Pass(moved(model, along: there.vectors, epsilon: 1.5, byText: true), divergence)
  let options = plainSGD {
    $0.adversarial = .vat
    $0.epsilon = 1.5
  }
  expectEqual(stepGradient(model, options), zip(clean.gradient, back.gradient).map(+), "VAT")
}

@Test func unlabelledTextsTeachOnlyVirtualAdversarialTraining() throws {
  let model = try smallModel()
  func update(_ method: AdversarialMethod) -> [Double] {
    let trained = NeuralClassifier(copying: model)
    let options = plainSGD { $0.adversarial = method }
    _ = TrainingStep(ClassifierTraining(trained, options: options), options: options, compute: compute)
      .update(
        [LabelledTexts(texts: texts, labels: [-1, -1, -1]).batch(of: batch.indices)], learningRate: 1)
    return flat(trained)
  }
  #expect(update(.none) == flat(model))
  #expect(update(.fgm) == flat(model))
  #expect(update(.vat) != flat(model))
}

@Test func unlabelledTextsHelpFromFewLabels() throws {
  func accuracy(_ unlabelled: EncodedTexts?) throws -> Double {
    let options = smallOptions {
      $0.epochs = 15
      $0.patience = 15
      $0.adversarial = .vat
      $0.epsilon = 2
    }
    let result = try Trainer(options, compute: compute).train(
      smallModel(), training: smallTask(24, seed: 1), development: smallTask(200, seed: 2),
      unlabelled: unlabelled)
    return result.best.accuracy
  }
  #expect(try accuracy(smallTask(200, seed: 3).texts) > accuracy(nil))
}

@Test func standardisedVectorsHaveMeanZeroAndDeviationOneByFrequency() throws {
  let model = try smallModel()
  let counts = (0..<40).map { $0 % 5 == 4 ? 0 : $0 }
  let before = model.row(4)
  model.weights.standardize(model.wordTable, counts: counts)
  let total = Double(counts.reduce(0, +))
  for j in 0..<7 {
    let mean = (1..<40).reduce(0) { $0 + Double(counts[$1]) / total * Double(model.row($1)[j]) }
    let square = (1..<40).reduce(0) {
      $0 + Double(counts[$1]) / total * Double(model.row($1)[j]) * Double(model.row($1)[j])
    }
    #expect(abs(mean) < 1e-6 && abs(square - 1) < 1e-5)
  }
  #expect(model.row(0).allSatisfy { $0 == 0 })
  #expect(model.row(4) != before, "words that do not occur move with the others")
}
