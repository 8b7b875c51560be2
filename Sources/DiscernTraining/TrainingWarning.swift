/// A sign, at the end of an epoch or before the first, that training is going wrong.
public enum TrainingWarning: Sendable, Hashable {
  /// The root mean square of a weight's gradient, over its elements and the epoch's steps, is below 1e-8
  /// (Adam's ε, which damps its steps below that) and below 1/100,000 of the largest among all weights.
  case vanishingGradient(parameter: String, rootMeanSquare: Double)
  /// The mean norm of a weight's gradient over the epoch's steps is above 100 before clipping, where a few
  /// are usual for a mean cross-entropy.
  case explodingGradient(parameter: String, norm: Double)
  /// At least 95 % of the development texts are given one label that less than 95 % of them have, in two
  /// successive epochs or in the last one.
  case oneClass(task: String = "", label: Int, predictedShare: Double, share: Double)
  /// Gradients are accumulated over several batches, but part of the computation treats each batch
  /// separately, so that they are not equivalent to one large batch.
  case accumulation(count: Int, BatchDependence)
  /// Some of an epoch's steps did not change the weights, since their loss or gradients were not finite.
  case skippedSteps(epoch: Int, count: Int, of: Int)
  /// There are too few epochs for all layers to learn.
  case neverLearning(epochs: Int)

  /// A method whose result depends on which texts share a batch.
  public enum BatchDependence: Sendable, Hashable, CaseIterable {
    /// `AdversarialMethod.fgm` perturbs all vectors of a batch together.
    case sharedMove
    /// Batch normalisation takes its statistics over a batch.
    case batchNorm
    /// A contrastive loss uses the other examples of the batch as negatives.
    case batchNegatives
  }

  /// A warning for each part of training that treats each batch separately, if gradients are accumulated.
  ///
  /// - Parameter dependences: the model's own.
  static func ofAccumulation(
    _ options: TrainingOptions, _ dependences: [BatchDependence]
  ) -> [TrainingWarning] {
    guard options.accumulation > 1 else { return [] }
    return ((options.adversarial == .fgm ? [.sharedMove] : []) + dependences).map {
      .accumulation(count: options.accumulation, $0)
    }
  }
}
