import DiscernModels
import DiscernTensor

/// A model with its objective, for `Trainer`, which is responsible for everything else: epochs, steps,
/// adversarial passes, schedules, clipping, averages, selection, checkpoints and events.
package protocol TrainableModel: Sendable {
  /// Some examples with their targets.
  associatedtype Batch: Sendable
  /// The data on which the model is measured.
  associatedtype Development: Sendable

  /// The weights that training changes.
  var weights: Weights { get }
  /// The same model with other weights of the same layout.
  func with(_ weights: Weights) -> Self

  /// The divisor of the gradients of a step with only this batch. It depends only on the targets.
  func mass(of batch: Batch) -> StepMass
  /// Runs a batch forward and records on the pass's tape the gradient of its goal.
  func callAsFunction(_ batch: Batch, _ pass: TrainingPass) -> TrainingPass.Result
  /// Combines the losses of an epoch or a step, given by head, into one figure.
  func mean(_ losses: [LossSum]) -> Double

  /// Measures the model after an epoch.
  ///
  /// - Returns: nil if the weights have diverged and the measures are not finite.
  func measure(_ development: Development, _ compute: Compute) throws(TrainingError) -> Measures?

  /// The factors of the learning rate in an epoch, counted from 1, by `ParameterLayout.depth`; weights with 0
  /// do not change.
  func rateFactors(epoch: Int) -> [Float]
  /// Whether a pass can perturb the vectors that the layers read, as adversarial training does.
  var acceptsPerturbation: Bool { get }
  /// The table of these vectors, for methods that standardise it; nil: there is none.
  var vectorTable: EmbeddingTable? { get }
  /// The table of rows that are added to those vectors; nil: there is none.
  var partTable: EmbeddingTable? { get }
  /// The parts of a pass that depend on which examples share a batch.
  var batchDependences: [TrainingWarning.BatchDependence] { get }
}

extension TrainableModel {
  package var vectorTable: EmbeddingTable? { nil }
  package var acceptsPerturbation: Bool { vectorTable != nil }
  package func rateFactors(epoch: Int) -> [Float] { Array(repeating: 1, count: weights.layout.depthCount) }
  package var partTable: EmbeddingTable? { nil }
  package var batchDependences: [TrainingWarning.BatchDependence] { [] }

  /// A copy with weights of its own.
  func copied() -> Self { with(Weights(copying: weights)) }
}
