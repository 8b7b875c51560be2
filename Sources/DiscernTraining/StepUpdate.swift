import DiscernTensor

/// The losses and gradients of one step.
package struct StepUpdate {
  /// The losses of the clean passes, without perturbations, by head.
  package let losses: [LossSum]
  /// The losses combined into one figure.
  package let loss: Double
  /// The squares of the gradients before clipping.
  package let gradients: GradientSquares
  /// The norm of all gradients together, including those of weights that are still frozen.
  package let gradientNorm: Double
  package var isFinite: Bool { loss.isFinite && gradientNorm.isFinite }
}
