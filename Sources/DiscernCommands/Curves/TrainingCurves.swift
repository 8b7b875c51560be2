import DiscernIO
import DiscernModels
import DiscernTraining

/// Where the figures of a network's epochs are written while it is trained.
protocol TrainingCurves: AnyObject {
  var isStandardOutput: Bool { get }
  /// Why it ended before the training did.
  var failure: InputError? { get }
  /// Training resumes from a state: epochs from this one on are written again.
  func resume(epoch: Int)
  /// - Parameter run: which of several networks, from 0; nil: there is one.
  func write(_ summary: EpochSummary, run: Int?, seed: UInt64)
  func write(_ distributions: [String: Distribution], epoch: Int, run: Int?)
  func close()
}
