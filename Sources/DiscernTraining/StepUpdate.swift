import DiscernTensor

/// What one step came to.
package struct StepUpdate {
  /// The loss of the batches' own (clean) passes, by head.
  package let losses: [LossSum]
  /// What they come to together.
  package let loss: Double
  /// Before clipping.
  package let gradients: GradientSquares
  /// Of all gradients together.
  package let gradientNorm: Double
  package var isFinite: Bool { loss.isFinite && gradientNorm.isFinite }
}
