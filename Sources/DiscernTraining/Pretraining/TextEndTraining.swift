import DiscernCorpus
import DiscernModels
import DiscernSystem
import DiscernTensor

/// Learns after which tokens texts end: a logistic regression on the forward states of a language model,
/// which does not change.
package struct TextEndTraining: TrainableModel {
  package let weights: Weights
  private let languageModel: LanguageModel
  private let end: LinearParameters

  /// - Parameter share: the share of tokens that end a text, above 0 and below 1; its log odds are the
  ///   initial bias.
  package init(_ languageModel: LanguageModel, share: Double, seed: UInt64) {
    self.languageModel = languageModel
    var layout = ParameterLayout()
    end = LinearParameters(
      &layout, prefix: NextWordModel.endPrefix,
      inputSize: languageModel.configuration.network.hiddenSize, outputSize: 1)
    weights = Weights(layout: layout)
    weights.initialise(seed: seed)
    weights[end.weight].fill(0)
    if let bias = end.bias { weights[bias].fill(Float(log(share / (1 - share)))) }
    weights.didChange()
  }

  private init(_ other: TextEndTraining, weights: Weights) {
    (languageModel, end) = (other.languageModel, other.end)
    self.weights = weights
  }

  package func with(_ weights: Weights) -> TextEndTraining { TextEndTraining(self, weights: weights) }
  package func mass(of batch: PackedBatch) -> StepMass { StepMass(losses: [Double(batch.tokenCount)]) }
  package func mean(_ losses: [LossSum]) -> Double { losses.first?.mean ?? 0 }

  private func loss(_ tape: Tape, _ batch: PackedBatch, weight: Float = 1, divisor: Double) -> LossSum {
    let reading = Tape(
      compute: tape.compute, workspace: tape.workspace, weights: languageModel.weights, gradients: nil)
    let states = languageModel.forwardStates(reading, batch)  // [S, H]
    let layout = batch.layout
    // By token, the index of its label set in `sets` below.
    var ends = [Int32](repeating: 0, count: layout.tokenCount)
    for (sequence, length) in layout.lengths.enumerated() { ends[layout.offsets[length - 1] + sequence] = 1 }
    return tape.binaryCrossEntropy(
      tape.linear(Variable(states), end), labels: ends, sets: [[], [0]], smoothing: 0, weight: weight,
      divisor: divisor
    ).loss
  }

  package func callAsFunction(_ batch: PackedBatch, _ pass: TrainingPass) -> TrainingPass.Result {
    TrainingPass.Result(losses: [
      loss(pass.tape, batch, weight: pass.weight, divisor: pass.mass.losses[0])
    ])
  }

  package func measure(_ development: EncodedTexts, _ compute: Compute) throws(TrainingError) -> Measures? {
    let lengths = (0..<development.count).map(development.length)
    let workspace = Workspace()
    var loss = LossSum()
    for group in LengthBuckets(batchSize: .tokens(1 << 13), seed: 0).batches(lengths: lengths, epoch: 0) {
      workspace.reset()
      let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
      loss += self.loss(tape, PackedBatch(development, indices: group), divisor: 1)
    }
    return loss.mean.isFinite ? Measures(score: -loss.mean, loss: loss.mean) : nil
  }

  /// The weights by their names in `NextWordModel`.
  package var output: [(name: String, shape: [Int], values: [Float])] {
    weights.tensors.map { ($0.name, $0.shape, $0.values.array) }
  }
}
