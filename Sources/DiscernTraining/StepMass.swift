/// The divisor of the gradients of all batches of a step, so that they add up to that of the one large batch.
/// It depends on the labels and their weights, and is known before the first pass.
package struct StepMass: Sendable, Hashable {
  /// By head: that of its loss.
  package var losses: [Double]
  /// By head: that of its divergence, to which texts without labels count too.
  package var divergences: [Double]
  /// By head: that of the teacher's targets; empty without one.
  package var distillations: [Double]

  package init(losses: [Double], divergences: [Double] = [], distillations: [Double] = []) {
    self.losses = losses
    self.divergences = divergences
    self.distillations = distillations
  }

  /// Of batches of one model, or of nothing yet.
  package static func += (a: inout StepMass, b: StepMass) {
    if a.losses.isEmpty && a.divergences.isEmpty {
      a = b
      return
    }
    for (head, mass) in b.losses.enumerated() { a.losses[head] += mass }
    for (head, mass) in b.divergences.enumerated() { a.divergences[head] += mass }
    for (head, mass) in b.distillations.enumerated() { a.distillations[head] += mass }
  }
}
