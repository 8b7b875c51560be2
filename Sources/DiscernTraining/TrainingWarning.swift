/// A sign, at the end of an epoch or before the first, that training goes wrong.
public enum TrainingWarning: Sendable, Hashable {
  /// The root mean square of a weight's gradient, over its elements and the epoch's steps, is below 1e-8
  /// (Adam's ε, which from there on holds its steps back) and below a 100,000th of the largest one's.
  case vanishingGradient(parameter: String, rootMeanSquare: Double)
  /// The mean norm of a weight's gradient over the epoch's steps is above 100 before clipping, where a
  /// mean cross-entropy's is some few.
  case explodingGradient(parameter: String, norm: Double)
  /// At least 95 % of the development texts are given one label, which less than 95 % of them have, two
  /// epochs running or at the end.
  case oneClass(task: String = "", label: Int, predictedShare: Double, share: Double)
  /// Gradients are accumulated over several batches, and something is done for each of them by itself, so
  /// that they are not the one large batch.
  case accumulation(count: Int, BatchDependence)
  /// There are fewer epochs than it takes until all layers learn.
  case neverLearning(epochs: Int)

  /// What depends, by its nature, on which texts are in a batch together.
  public enum BatchDependence: Sendable, Hashable, CaseIterable {
    /// `AdversarialMethod.fgm` moves all vectors of a batch together.
    case sharedMove
    /// Batch normalisation takes its statistics over a batch.
    case batchNorm
    /// A contrastive loss tells an example from the others of its batch.
    case batchNegatives
  }

  /// What of a training that accumulates gradients depends on the single batch.
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
