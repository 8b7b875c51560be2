/// What the gradients of all batches of a step are divided by, so that they add up to that of the one large
/// batch. It follows from the labels and what they weigh, before the first pass.
package struct StepMass: Sendable, Hashable {
  /// By head: that of its loss.
  package var losses: [Double]
  /// By head: that of its divergence, to which texts without labels count too.
  package var divergences: [Double]
}
