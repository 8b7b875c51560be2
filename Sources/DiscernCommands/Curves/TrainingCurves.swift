import DiscernIO
import DiscernModels
import DiscernTraining

/// The destination of the figures of a network's epochs during training.
protocol TrainingCurves: AnyObject {
  var isStandardOutput: Bool { get }
  /// The reason why it ended before the training.
  var failure: InputError? { get }
  /// Training resumes from a state: epochs from this one on are written again.
  func resume(epoch: Int)
  /// - Parameter run: which of several networks, from 0; nil: there is one.
  func write(_ summary: EpochSummary, run: Int?, seed: UInt64)
  func write(_ distributions: [String: Distribution], epoch: Int, run: Int?)
  func close()
}
