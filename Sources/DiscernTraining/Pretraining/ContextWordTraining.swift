import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor

/// A `ContextWordModel` in training.
package struct ContextWordTraining: TrainableModel {
  package let model: ContextWordModel
  private let sampler: WordSampler
  /// The divisor of every batch's gradient.
  private let fullBatch: Int

  /// - Parameters:
  ///   - counts: [V] how often each word occurs in the texts.
  ///   - negatives: the maximum number of negative words.
  package init(_ model: ContextWordModel, counts: [Int], negatives: Int, fullBatch: Int) {
    self.model = model
    sampler = WordSampler(counts: counts, drawCount: negatives)
    self.fullBatch = fullBatch
  }

  private init(_ other: ContextWordTraining, weights: Weights) {
    model = ContextWordModel(other.model, weights: weights)
    (sampler, fullBatch) = (other.sampler, other.fullBatch)
  }

  package var weights: Weights { model.weights }
  package func with(_ weights: Weights) -> ContextWordTraining { ContextWordTraining(self, weights: weights) }
  package func mass(of batch: SegmentBatch) -> StepMass { StepMass(losses: [Double(fullBatch)]) }
  package func mean(_ losses: [LossSum]) -> Double { losses.first?.mean ?? 0 }

  package func callAsFunction(_ batch: SegmentBatch, _ pass: TrainingPass) -> TrainingPass.Result {
    func stream(_ number: Int) -> RandomStream {
      RandomStream(seed: pass.seed, purpose: .wordSampling, counter: pass.step, number: number)
    }
    let loss = model.loss(
      pass.tape, batch.directions[0].packed, choice: stream(1), drawn: sampler.draw(stream(0)),
      logInclusion: sampler.logInclusion, weight: pass.weight, divisor: pass.mass.losses[0])
    return TrainingPass.Result(losses: [loss])
  }

  package func measure(_ development: EncodedTexts, _ compute: Compute) throws(TrainingError) -> Measures? {
    let lengths = (0..<development.count).map(development.length)
    let workspace = Workspace()
    var loss = LossSum()
    for group in LengthBuckets(batchSize: .tokens(1 << 13), seed: 0).batches(lengths: lengths, epoch: 0) {
      workspace.reset()
      let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
      loss += model.wholeLoss(tape, PackedBatch(development, indices: group))
    }
    guard loss.mean.isFinite else { return nil }
    return Measures(
      score: -loss.mean, loss: loss.mean, tasks: [TaskScores(task: "context", loss: loss.mean)])
  }
}
