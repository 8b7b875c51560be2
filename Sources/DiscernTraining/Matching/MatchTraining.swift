import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor

/// Two towers in training with a contrastive loss: each half of a pair against the others of its batch.
package struct MatchTraining: TrainableModel {
  package let matcher: Matcher
  /// The number of pairs whose losses are measured together, as in training.
  private let batchSize: Int
  /// Whether epochs are selected by recall at 1; otherwise by the loss.
  private let watchesRecall: Bool
  private let seed: UInt64

  package init(_ matcher: Matcher, batchSize: Int, watchesRecall: Bool, seed: UInt64) {
    self.matcher = matcher
    self.batchSize = batchSize
    self.watchesRecall = watchesRecall
    self.seed = seed
  }

  package var weights: Weights { matcher.weights }
  package func with(_ weights: Weights) -> MatchTraining {
    MatchTraining(
      Matcher(matcher, weights: weights), batchSize: batchSize, watchesRecall: watchesRecall, seed: seed)
  }

  package func mass(of batch: MatchBatch) -> StepMass { StepMass(losses: [Double(batch.count)]) }
  package func mean(_ losses: [LossSum]) -> Double { losses.first?.mean ?? 0 }

  package var batchDependences: [TrainingWarning.BatchDependence] {
    let hasNorm = matcher.configuration.encoder.wordNetwork?.batchNorm ?? .none != .none
    return [.batchNegatives] + (hasNorm ? [.batchNorm] : [])
  }

  package func callAsFunction(_ batch: MatchBatch, _ pass: TrainingPass) -> TrainingPass.Result {
    let left = vectors(batch.left, .left, pass, step: pass.step)
    // Even in a shared tower, the two sides have different dropout masks.
    let right = vectors(batch.right, .right, pass, step: ~pass.step)
    let loss = pass.tape.contrastiveLoss(
      left, right, scale: matcher.scale, leftOut: batch.leftOut, weight: pass.weight,
      divisor: pass.mass.losses[0])
    return TrainingPass.Result(losses: [loss])
  }

  /// [N, D], a row for each pair.
  private func vectors(
    _ half: MatchBatch.Half, _ side: Matcher.Side, _ pass: TrainingPass, step: Int
  ) -> Variable {
    switch half {
    case .texts(let packed, let rows):
      return pass.tape.expandRows(matcher(side, Pass(pass.tape, packed, seed: pass.seed, step: step)), rows)
    case .vectors(let values):
      let size = matcher.configuration.featureCount
      let input = pass.tape.workspace.matrix(values.count / size, size)
      for (index, value) in values.enumerated() { input.pointer[index] = value }
      return matcher(vectors: Variable(input), pass.tape)
    }
  }

  package func measure(
    _ development: MatchExamples, _ compute: Compute
  ) throws(TrainingError) -> Measures? {
    let vectors = MatchVectors(development, matcher, compute)
    let loss = loss(development, vectors, compute)
    guard loss.isFinite, vectors.isFinite else { return nil }
    let recall = vectors.scores(development, compute).recall(at: 1)
    return Measures(score: watchesRecall ? recall : -loss, scoreLoss: loss, loss: loss, accuracy: recall)
  }

  /// The mean loss of pairs, in the same batches after every epoch.
  private func loss(_ examples: MatchExamples, _ vectors: MatchVectors, _ compute: Compute) -> Double {
    let source = MatchSource(examples, batchSize: batchSize, seed: seed)
    let plan = source.plan(epoch: 0)
    let size = matcher.configuration.vectorSize
    let workspace = Workspace()
    var sum = LossSum()
    for number in 0..<plan.count {
      guard let batch = try? plan[number] else { continue }
      let pairs = source.pairs(batch)
      workspace.reset()
      let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
      func rows(_ values: [Float], _ indices: [Int]) -> Variable {
        let result = workspace.matrix(indices.count, size)
        for (row, index) in indices.enumerated() {
          for j in 0..<size { result.row(row)[j] = values[index * size + j] }
        }
        return Variable(result)
      }
      sum += tape.contrastiveLoss(
        rows(vectors.left, pairs.map(\.left)), rows(vectors.right, pairs.map(\.right)), scale: matcher.scale,
        leftOut: source.leftOut(pairs), divisor: 1)
    }
    return sum.mean
  }
}
