import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor

/// A language model in training.
package struct LanguageModelTraining: TrainableModel {
  package let model: LanguageModel
  private let sampler: WordSampler
  /// The number of tokens in a full batch: the divisor of every batch's gradient, so that a batch in which
  /// few texts continue changes the weights proportionally less.
  private let fullBatch: Int

  /// - Parameter counts: [V] the number of occurrences of each word in the texts.
  package init(_ model: LanguageModel, counts: [Int], segmentLength: Int) {
    self.model = model
    sampler = WordSampler(counts: counts, drawCount: model.configuration.negatives)
    fullBatch = model.configuration.sequenceCount * segmentLength
  }

  private init(_ other: LanguageModelTraining, weights: Weights) {
    model = LanguageModel(other.model, weights: weights)
    sampler = other.sampler
    fullBatch = other.fullBatch
  }

  package var weights: Weights { model.weights }
  package func with(_ weights: Weights) -> LanguageModelTraining {
    LanguageModelTraining(self, weights: weights)
  }

  package func mass(of batch: SegmentBatch) -> StepMass {
    StepMass(losses: batch.directions.map { _ in Double(fullBatch) })
  }

  /// Nats per word, the mean of the directions.
  package func mean(_ losses: [LossSum]) -> Double {
    losses.isEmpty ? 0 : losses.reduce(0) { $0 + $1.mean } / Double(losses.count)
  }

  package func callAsFunction(_ batch: SegmentBatch, _ pass: TrainingPass) -> TrainingPass.Result {
    let losses = batch.directions.enumerated().map { index, segment in
      let stream = RandomStream(
        seed: pass.seed, purpose: .wordSampling, counter: pass.step, number: index)
      return model.loss(
        pass.tape, segment, direction: index, continues: batch.continues, drawn: sampler.draw(stream),
        logInclusion: sampler.logInclusion, weight: pass.weight, divisor: pass.mass.losses[index])
    }
    return TrainingPass.Result(losses: losses)
  }

  package func measure(_ development: EncodedTexts, _ compute: Compute) throws(TrainingError) -> Measures? {
    let losses = losses(of: development, compute)
    let mean = mean(losses)
    guard mean.isFinite else { return nil }
    return Measures(
      score: -mean, loss: mean,
      tasks: losses.enumerated().map {
        TaskScores(task: LanguageModel.name(ofDirection: $0), loss: $1.mean)
      })
  }

  /// Each direction's loss on whole texts, with the softmax over all words.
  package func losses(of texts: EncodedTexts, _ compute: Compute) -> [LossSum] {
    let lengths = (0..<texts.count).map(texts.length)
    let workspace = Workspace()
    var losses = [LossSum](repeating: LossSum(), count: model.directionCount)
    for group in LengthBuckets(batchSize: .tokens(1 << 13), seed: 0).batches(lengths: lengths, epoch: 0) {
      let longestFirst = group.sorted { (lengths[$0], $1) > (lengths[$1], $0) }
      for index in losses.indices {
        workspace.reset()
        let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
        let segment = TextSegment(
          longestFirst.map { texts[$0] }, tokens: 0..<lengths[longestFirst[0]], isReverse: index == 1)
        losses[index] += model.wholeLoss(tape, segment, direction: index)
      }
    }
    return losses
  }
}
