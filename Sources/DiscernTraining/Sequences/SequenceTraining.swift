import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernVocabulary

/// An `EncoderDecoder` in training to write the targets of pairs.
///
/// The decoder reads the target itself, shifted by one token (teacher forcing), or, in a share of the places,
/// a token drawn from its own prediction (scheduled sampling: Bengio et al. 2015).
package struct SequenceTraining: TrainableModel {
  package let model: EncoderDecoder
  private let choices: Choices

  /// The settings of the loss and of the measurement.
  package struct Choices: Sendable {
    /// ε of label smoothing.
    package var labelSmoothing: Float = 0.1
    /// The share of places in which the decoder reads its own tokens: it rises from 0 in the first epoch to
    /// this in the last.
    package var samplingTo: Float = 0
    /// Whether epochs are selected by the share of sequences that are right in all tokens; otherwise by the
    /// loss.
    package var judgesExactMatch = true
    /// The maximum number of pairs that are decoded to measure that share.
    package var writtenPairs = 1_000
    /// The maximum number of tokens in a decoded sequence.
    package var maximumTokens = 100

    package init() {}
  }

  package init(_ model: EncoderDecoder, _ choices: Choices) {
    self.model = model
    self.choices = choices
  }

  package var weights: Weights { model.weights }
  package func with(_ weights: Weights) -> SequenceTraining {
    SequenceTraining(EncoderDecoder(model, weights: weights), choices)
  }
  package func mass(of examples: PairExamples) -> StepMass {
    StepMass(losses: [Double(examples.batch.labels.count)])
  }
  package func mean(_ losses: [LossSum]) -> Double { losses.first?.mean ?? 0 }

  package func callAsFunction(_ examples: PairExamples, _ pass: TrainingPass) -> TrainingPass.Result {
    TrainingPass.Result(losses: [
      loss(
        pass.tape, examples, seed: pass.seed, step: pass.step, progress: pass.progress, weight: pass.weight,
        divisor: pass.mass.losses[0])
    ])
  }

  /// The loss of a training step, with its gradient on the tape.
  ///
  /// - Parameters: as in `TrainingPass`.
  package func loss(
    _ tape: Tape, _ examples: PairExamples, seed: UInt64, step: Int, progress: Float, weight: Float,
    divisor: Double
  ) -> LossSum {
    let share = choices.samplingTo * progress
    let batch =
      share > 0
      ? sampled(examples, seed: seed, step: step, share: share, tape.compute) : examples.batch
    let dropping = EncoderDecoder.Dropping(seed: seed, step: step)
    let encoding = model.encode(tape, batch.source, dropping)
    let logits = model.decode(
      tape, batch.target, encoding, sourceOfTarget: batch.sourceOfTarget, dropping)
    return tape.crossEntropy(
      logits, labels: batch.labels, smoothing: choices.labelSmoothing, weight: weight, divisor: divisor
    ).loss
  }

  /// The same pairs, but in a share of the places the decoder reads a token drawn from its own probabilities,
  /// given what it has read so far. The places and the draws depend on the seed, the step, the place of the
  /// pair in the batch and that of the token.
  private func sampled(
    _ examples: PairExamples, seed: UInt64, step number: Int, share: Float, _ compute: Compute
  ) -> PairBatch {
    let pairs = examples.pairs
    let batch = examples.batch
    let (kept, workspace) = (Workspace(), Workspace())
    // Their memory holds the encoding and the states to the end.
    defer { withExtendedLifetime((kept, workspace)) {} }
    let encoding = model.encode(
      Tape(compute: compute, workspace: kept, weights: weights, gradients: nil), batch.source, nil)
    // In the order of the targets' lengths, as the batch has them.
    var inputs = batch.target.indices.map { [PairBatch.boundary] + pairs.targets[$0] }
    var states = model.states(count: inputs.count)
    for step in 0..<batch.target.layout.stepCount - 1 {
      // The sequences that have a next token to read.
      let count = batch.target.layout.batchSizes[step + 1]
      if count < states.count { states = states.selecting(Array(0..<count)) }
      workspace.reset()
      let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
      let logits = model.step(
        tape, (0..<count).map { inputs[$0][step] }, encoding,
        sourceOfTarget: Array(batch.sourceOfTarget.prefix(count)), &states
      ).value
      for sequence in 0..<count {
        let stream = RandomStream(
          seed: seed, purpose: .scheduledSampling, counter: number,
          number: batch.target.indices[sequence])
        guard stream.uniform(2 * step) < share else { continue }
        inputs[sequence][step + 1] = Self.draw(
          logits.row(sequence), logits.columns, uniform: Double(stream.bits(2 * step + 1) >> 11) * 0x1p-53)
      }
    }
    var read = [[Int32]](repeating: [], count: inputs.count)
    for (sequence, index) in batch.target.indices.enumerated() { read[index] = inputs[sequence] }
    return PairBatch(pairs, indices: Array(read.indices), reading: read)
  }

  /// A token drawn by its probability; never the end, which cannot be read.
  private static func draw(_ logits: UnsafePointer<Float>, _ count: Int, uniform: Double) -> Int32 {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { values in
      for token in 0..<count { values[token] = Double(logits[token]) }
      values[Int(PairBatch.boundary)] = -.infinity
      let chosen = TokenSampling().choose(UnsafeBufferPointer(values), uniform: uniform)
      return Int32(chosen ?? Int(Vocabulary.unknownID))
    }
  }

  package func measure(
    _ development: EncodedPairs, _ compute: Compute
  ) throws(TrainingError) -> Measures? {
    let loss = loss(of: development, compute)
    guard loss.mean.isFinite else { return nil }
    let written = Array(0..<min(development.count, choices.writtenPairs))
    let exact = exactMatch(development.selecting(written), compute)
    return Measures(
      score: choices.judgesExactMatch ? exact : -loss.mean, scoreLoss: loss.mean, loss: loss.mean,
      accuracy: exact)
  }

  /// The cross-entropy of the pairs' targets, without smoothing.
  package func loss(of pairs: EncodedPairs, _ compute: Compute) -> LossSum {
    let lengths = (0..<pairs.count).map { pairs.sources.length($0) + pairs.targets.length($0) + 1 }
    let workspace = Workspace()
    var loss = LossSum()
    for group in LengthBuckets(batchSize: .tokens(1 << 13), seed: 0).batches(lengths: lengths, epoch: 0) {
      workspace.reset()
      let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
      let batch = PairBatch(pairs, indices: group)
      let encoding = model.encode(tape, batch.source, nil)
      let logits = model.decode(tape, batch.target, encoding, sourceOfTarget: batch.sourceOfTarget, nil)
      loss += tape.crossEntropy(logits, labels: batch.labels, smoothing: 0, divisor: 1).loss
    }
    return loss
  }

  /// The share of pairs whose target greedy decoding writes without a mistake.
  private func exactMatch(_ pairs: EncodedPairs, _ compute: Compute) -> Double {
    let search = SequenceSearch(
      model, width: 1, lengthPenalty: 0, maximumTokens: choices.maximumTokens)
    let (kept, workspace) = (Workspace(), Workspace())
    var right = 0
    for start in stride(from: 0, to: pairs.count, by: 64) {
      let range = start..<min(pairs.count, start + 64)
      let found = search(range.map { pairs.sources[$0] }, compute, kept: kept, workspace)
      for (index, found) in zip(range, found) {
        if found.hasEnded, found.tokens.elementsEqual(pairs.targets[index]) { right += 1 }
      }
    }
    return Double(right) / Double(max(1, pairs.count))
  }
}
