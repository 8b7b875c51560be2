import DiscernTensor

/// How several ranks, each with batches of its own, take one step together. Every rank then has the masses,
/// gradients and losses of all, and so changes its weights alike.
package protocol GradientReducer: Sendable {
  /// The sum of all ranks' masses of a step; asked before its first pass.
  func sum(_ mass: StepMass) -> StepMass
  /// Puts the sum of all ranks' gradients in the place of this rank's own, dense ones and rows of tables;
  /// asked after the last pass.
  ///
  /// - Returns: the sums of all ranks' losses, by head.
  func sum(_ gradients: Gradients, _ losses: [LossSum]) -> [LossSum]
}

/// One rank alone.
package struct SingleRank: GradientReducer {
  package init() {}

  package func sum(_ mass: StepMass) -> StepMass { mass }

  package func sum(_ gradients: Gradients, _ losses: [LossSum]) -> [LossSum] { losses }
}
