import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernTraining
import TestSupport

/// Models that have nothing to do with the classifier, for a trainer that knows neither.

/// Least squares with one matrix of weights: no tape, no tokens, no labels, no vectors.
struct Regression: TrainableModel {
  let weights: Weights
  private let slopes: Parameter
  /// What happens in a step, counted from 1.
  var accident: @Sendable (_ step: Int) -> Accident? = { _ in nil }

  enum Accident: CaseIterable {
    /// In place of a gradient.
    case notANumber, infinity
    case lossIsNotANumber
    /// All gradients are zero.
    case nothing
  }

  /// Numbers and their targets.
  struct Rows: Sendable {
    var inputs: [[Float]] = []
    var values: [Float] = []
  }

  init(inputCount: Int) {
    var layout = ParameterLayout()
    slopes = layout.add("slopes", [1, inputCount], .uniform(fanIn: inputCount))
    weights = Weights(layout: layout)
    weights.initialise(seed: 3)
  }

  private init(_ other: Regression, _ weights: Weights) {
    slopes = other.slopes
    accident = other.accident
    self.weights = weights
  }

  func with(_ weights: Weights) -> Regression { Regression(self, weights) }
  func mass(of batch: Rows) -> StepMass { StepMass(losses: [Double(batch.values.count)]) }
  func mean(_ losses: [LossSum]) -> Double { losses.reduce(0) { $0 + $1.mean } }

  private func errors(_ rows: Rows) -> [Float] {
    let own = weights[slopes].array
    return zip(rows.inputs, rows.values).map { zip($0, own).reduce(-$1) { $0 + $1.0 * $1.1 } }
  }

  func callAsFunction(_ batch: Rows, _ pass: TrainingPass) -> TrainingPass.Result {
    let errors = errors(batch)
    if let gradient = pass.tape.gradients?[slopes] {
      for (row, error) in zip(batch.inputs, errors) {
        for (index, input) in row.enumerated() {
          gradient.pointer[index] += pass.weight * 2 * error * input / Float(pass.mass.losses[0])
        }
      }
    }
    var sum = errors.reduce(0) { $0 + Double($1 * $1) }
    let gradient = pass.tape.gradients?[slopes].pointer
    switch accident(pass.step) {
    case .notANumber: gradient?[1] = .nan
    case .infinity: gradient?[0] = -.infinity
    case .lossIsNotANumber: sum = .nan
    case .nothing: for index in 0..<slopes.count { gradient?[index] = 0 }
    case nil: break
    }
    return TrainingPass.Result(losses: [LossSum(sum: sum, mass: Double(errors.count))])
  }

  func measure(_ rows: Rows, _ compute: Compute) throws(TrainingError) -> Measures? {
    let loss = errors(rows).reduce(0) { $0 + Double($1 * $1) } / Double(rows.values.count)
    return loss.isFinite ? Measures(score: -loss, loss: loss) : nil
  }
}

/// Rows of three numbers whose value is their product with given slopes, and a little noise.
func regressionRows(_ count: Int, slopes: [Float] = [2, -1, 0.5], seed: UInt64) -> Regression.Rows {
  var generator = SeededGenerator(seed: seed)
  var rows = Regression.Rows()
  for _ in 0..<count {
    let inputs = slopes.map { _ in Float.random(in: -1...1, using: &generator) }
    rows.inputs.append(inputs)
    rows.values.append(
      zip(inputs, slopes).reduce(Float.random(in: -0.01...0.01, using: &generator)) { $0 + $1.0 * $1.1 })
  }
  return rows
}

func bits(_ weights: Weights) -> [UInt32] {
  weights.tensors.flatMap { $0.values.array.map(\.bitPattern) }
}

/// Rows in shuffled batches.
struct RowSource: BatchSource {
  let rows: Regression.Rows
  var batchSize = 8

  var exampleCount: Int { rows.values.count }
  func tokenCount(of batch: Regression.Rows) -> Int { batch.values.count }

  func plan(epoch: Int) -> EpochPlan {
    let order = RandomStream(seed: 5, purpose: .shuffle, counter: epoch).permutation(exampleCount)
    return EpochPlan(
      stride(from: 0, to: order.count, by: batchSize).map {
        Array(order[$0..<min(order.count, $0 + batchSize)])
      })
  }

  func batch(of examples: [Int]) -> Regression.Rows {
    Regression.Rows(inputs: examples.map { rows.inputs[$0] }, values: examples.map { rows.values[$0] })
  }
}

/// Softmax over a linear layer on the mean of a text's word vectors: the classifier's data without its
/// encoder.
struct MeanOfVectors: TrainableModel {
  let weights: Weights
  private let table: EmbeddingTable
  private let layer: LinearParameters

  init(vocabularySize: Int, size: Int, classCount: Int) {
    var layout = ParameterLayout()
    table = layout.addTable("vectors", rows: vocabularySize, columns: size, .normal(deviation: 0.3))
    layer = LinearParameters(&layout, prefix: "output", inputSize: size, outputSize: classCount)
    weights = Weights(layout: layout)
    weights.initialise(seed: 4)
  }

  private init(_ other: MeanOfVectors, _ weights: Weights) {
    (table, layer) = (other.table, other.layer)
    self.weights = weights
  }

  func with(_ weights: Weights) -> MeanOfVectors { MeanOfVectors(self, weights) }
  var vectorTable: EmbeddingTable? { table }
  func mean(_ losses: [LossSum]) -> Double { losses.reduce(0) { $0 + $1.mean } }

  func mass(of batch: LabelledBatch) -> StepMass {
    let labels = batch.targets[0].labels.numbers
    return StepMass(
      losses: [LossSum.mass(classes: labels, classWeights: nil, rowWeights: nil)],
      divergences: [Double(labels.count)])
  }

  private func logits(
    _ tape: Tape, _ batch: PackedBatch, _ perturbation: Perturbation
  ) -> (logits: Variable, vectors: Variable) {
    var (ofWords, ofTokens): (Matrix?, Matrix?)
    switch perturbation {
    case .ofWords(let moved): ofWords = moved
    case .ofTokens(let moved): ofTokens = moved
    case .ofTexts: preconditionFailure("training does not scale texts")
    }
    let words = tape.embedding(table, batch.distinctIDs, perturbation: ofWords)
    let tokens = tape.expandRows(words, batch.tokenRows, perturbation: ofTokens)
    let logits = tape.linear(tape.meanPooling(tokens, layout: batch.layout), layer)
    if case .ofTokens = perturbation { return (logits, tokens) }
    return (logits, words)
  }

  func callAsFunction(_ batch: LabelledBatch, _ pass: TrainingPass) -> TrainingPass.Result {
    let (logits, vectors) = logits(pass.tape, batch.packed, pass.perturbation)
    switch pass.goal {
    case .targets:
      let (loss, probabilities) = pass.tape.crossEntropy(
        logits, labels: batch.targets[0].labels.numbers, smoothing: 0, weight: pass.weight,
        divisor: pass.mass.losses[0])
      return TrainingPass.Result(
        losses: [loss], probabilities: [probabilities], vectors: (vectors, batch.packed.layout))
    case .probabilities(let wanted):
      pass.tape.divergence(
        of: logits, from: wanted[0], weight: pass.weight, divisor: pass.mass.divergences[0])
      return TrainingPass.Result(losses: [], vectors: (vectors, batch.packed.layout))
    }
  }

  func measure(_ development: LabelledBatch, _ compute: Compute) throws(TrainingError) -> Measures? {
    let tape = Tape(compute: compute, workspace: Workspace(), weights: weights, gradients: nil)
    let labels = development.targets[0].labels.numbers
    let (loss, probabilities) = tape.crossEntropy(
      logits(tape, development.packed, .ofWords(nil)).logits, labels: labels, smoothing: 0, divisor: 1)
    let right = labels.indices.count { row in
      let values = (0..<probabilities.columns).map { probabilities.row(row)[$0] }
      return values.firstIndex(of: values.max() ?? 0) == Int(labels[row])
    }
    let accuracy = Double(right) / Double(labels.count)
    return loss.mean.isFinite ? Measures(score: accuracy, loss: loss.mean, accuracy: accuracy) : nil
  }
}
