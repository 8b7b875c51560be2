import DiscernIO
import DiscernModels
import DiscernTraining

/// A destination for the figures of a network's epochs during training.
protocol TrainingCurves: AnyObject {
  var isStandardOutput: Bool { get }
  /// The reason why writing ended before training did.
  var failure: InputError? { get }
  /// Training resumes from a state: epochs from this one on are written again.
  func resume(epoch: Int)
  /// - Parameter run: the number of the network, from 0; nil if there is only one.
  func write(_ summary: EpochSummary, run: Int?, seed: UInt64)
  func write(_ distributions: [String: Distribution], epoch: Int, run: Int?)
  func close()
}
