import DiscernBatching
import DiscernModels
import DiscernTensor

/// Changes a model's weights by one batch after the other; holds what steps share.
package final class TrainingStep {
  private let model: AttentionLSTMClassifier
  private let options: TrainingOptions
  private let compute: Compute
  private let gradients: Gradients
  private let workspace = Workspace()
  private let optimizer: AdamOptimizer
  private var count = 0

  package struct Update {
    /// Mean label-smoothed cross-entropy of the batch's own (clean) pass, nats.
    package let loss: Double
    /// Of all gradients together, before clipping.
    package let gradientNorm: Double
    package var isFinite: Bool { loss.isFinite && gradientNorm.isFinite }
  }

  package init(_ model: AttentionLSTMClassifier, options: TrainingOptions, compute: Compute) {
    self.model = model
    self.options = options
    self.compute = compute
    gradients = Gradients(layout: model.weights.layout)
    optimizer = AdamOptimizer(
      weights: model.weights, trainsEmbedding: model.configuration.trainsEmbedding)
  }

  /// One step; the weights stay as they are when the loss or the norm is not finite.
  ///
  /// - Parameter labels: of all texts; the batch's indices say which are its own.
  package func update(_ batch: PackedBatch, _ labels: [Int32], learningRate: Float) -> Update {
    count += 1
    workspace.reset()
    gradients.reset()
    let labels = batch.indices.map { labels[$0] }
    let clean = pass(batch, labels, perturbation: nil)
    if options.adversarial == .fgm, clean.loss.isFinite, let gradient = clean.words?.gradient,
      let perturbation = workspace.fastGradientPerturbation(gradient, norm: options.epsilon, compute)
    {
      _ = pass(batch, labels, perturbation: perturbation)
    }
    let norm = gradients.norm(compute)
    let update = Update(loss: clean.loss, gradientNorm: norm)
    guard update.isFinite else { return update }
    let isClipped = options.clipNorm > 0 && norm > options.clipNorm
    optimizer.step(
      model.weights, gradients, learningRate: learningRate,
      gradientScale: isClipped ? Float(options.clipNorm / norm) : 1, compute)
    return update
  }

  /// Forward and backward; adds to the gradients. Passes of the same step use the same dropout masks.
  private func pass(
    _ batch: PackedBatch, _ labels: [Int32], perturbation: Matrix?
  ) -> (loss: Double, words: Variable?) {
    let tape = Tape(compute: compute, workspace: workspace, weights: model.weights, gradients: gradients)
    let output = model.forward(
      tape, batch, dropoutSeed: options.seed, step: count, perturbation: perturbation)
    let loss = tape.crossEntropy(output.logits, labels: labels, smoothing: options.labelSmoothing).loss
    tape.runBackward()
    return (loss, output.words)
  }
}
