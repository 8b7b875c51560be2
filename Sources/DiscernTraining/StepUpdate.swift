import DiscernTensor

/// The losses and gradients of one step.
package struct StepUpdate {
  /// The loss of the batches' own (clean) passes, by head.
  package let losses: [LossSum]
  /// All of them as one figure.
  package let loss: Double
  /// Before clipping.
  package let gradients: GradientSquares
  /// Of all gradients together, also of weights that do not learn yet.
  package let gradientNorm: Double
  package var isFinite: Bool { loss.isFinite && gradientNorm.isFinite }
}
