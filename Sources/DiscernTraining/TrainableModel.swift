import DiscernModels
import DiscernTensor

/// A model with what it learns towards, as `Trainer` sees it. All else is the trainer's: epochs, steps,
/// adversarial passes, schedules, clipping, averages, selection, checkpoints and events.
package protocol TrainableModel: Sendable {
  /// Some examples with their targets.
  associatedtype Batch: Sendable
  /// What is measured on.
  associatedtype Development: Sendable

  /// What training moves.
  var weights: Weights { get }
  /// The same around other weights of the same layout.
  func with(_ weights: Weights) -> Self

  /// What the gradients of a step of this batch alone would be divided by. It follows from the targets.
  func mass(of batch: Batch) -> StepMass
  /// Runs a batch forward and records on the pass's tape the gradient of its goal.
  func callAsFunction(_ batch: Batch, _ pass: TrainingPass) -> TrainingPass.Result
  /// One figure of the losses of an epoch or a step, given by head.
  func mean(_ losses: [LossSum]) -> Double

  /// What is measured after an epoch.
  ///
  /// - Returns: nil where weights that ran away give no numbers: training has diverged.
  func measure(_ development: Development, _ compute: Compute) throws(TrainingError) -> Measures?

  /// The factors of the learning rate in an epoch, counted from 1, by `ParameterLayout.depth`; what has 0
  /// stays.
  func rateFactors(epoch: Int) -> [Float]
  /// Whether a pass can be told to move what the layers read, as adversarial training does.
  var movesVectors: Bool { get }
  /// The table of these vectors, for methods that standardise it; nil: there is none.
  var vectorTable: EmbeddingTable? { get }
  /// Rows that are added to those vectors; nil: there are none.
  var partTable: EmbeddingTable? { get }
  /// What of a pass depends on which examples are in a batch together.
  var batchDependences: [TrainingWarning.BatchDependence] { get }
}

extension TrainableModel {
  package var vectorTable: EmbeddingTable? { nil }
  package var movesVectors: Bool { vectorTable != nil }
  package func rateFactors(epoch: Int) -> [Float] { Array(repeating: 1, count: weights.layout.depthCount) }
  package var partTable: EmbeddingTable? { nil }
  package var batchDependences: [TrainingWarning.BatchDependence] { [] }

  /// A copy for training to change, or to keep.
  func copied() -> Self { with(Weights(copying: weights)) }
}
