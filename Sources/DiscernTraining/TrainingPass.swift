import DiscernModels
import DiscernTensor

/// The settings of one pass over a batch.
package struct TrainingPass {
  package let tape: Tape
  /// The seed and the step key the dropout masks: all passes over a batch have the same masks.
  package let seed: UInt64
  package let step: Int
  /// The progress of training: 0 in the first epoch, 1 in the last.
  package let progress: Float
  /// The perturbation of the vectors.
  package let perturbation: Perturbation
  package let goal: Goal
  /// A factor of the gradients.
  package let weight: Float
  /// The divisor of gradients: the mass of all batches of the step.
  package let mass: StepMass

  package enum Goal {
    /// The batch's own targets.
    case targets
    /// A small divergence from these probabilities, by head [N, C], for virtual adversarial training.
    case probabilities([Matrix])
  }

  /// The result of a pass.
  package struct Result {
    /// By head, without the pass's weight; empty if the goal was not the targets.
    package let losses: [LossSum]
    /// By head [N, C], in the tape's workspace; empty if the goal was not the targets, or for a model without
    /// `vectors`.
    package let probabilities: [Matrix]
    /// The vectors that the perturbation was added to, and the layout of the batch's sequences in them; nil
    /// if the model has no such vectors.
    package let vectors: (values: Variable, layout: PackedLayout)?

    package init(
      losses: [LossSum], probabilities: [Matrix] = [],
      vectors: (values: Variable, layout: PackedLayout)? = nil
    ) {
      self.losses = losses
      self.probabilities = probabilities
      self.vectors = vectors
    }
  }
}
