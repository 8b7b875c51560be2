/// The divisor of the gradients of a step's batches, so that these add up to the gradient of one large batch.
/// It depends on the labels and their weights, and is known before the first pass.
package struct StepMass: Sendable, Hashable {
  /// By head, the divisor of its loss.
  package var losses: [Double]
  /// By head, the divisor of its divergence, in which texts without labels count too.
  package var divergences: [Double]
  /// By head, the divisor of the distillation loss; empty without a teacher.
  package var distillations: [Double]

  package init(losses: [Double], divergences: [Double] = [], distillations: [Double] = []) {
    self.losses = losses
    self.divergences = divergences
    self.distillations = distillations
  }

  /// Adds the mass of further batches of the same model; `a` may be empty.
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
