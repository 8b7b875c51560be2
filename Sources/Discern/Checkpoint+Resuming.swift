import DiscernBundle
import DiscernTensor
import DiscernTraining

extension Checkpoint {
  /// Reads the state of a training that resumes. A complete file with other tensors than the same choices
  /// have now was written by another version.
  package func fill(resuming buffers: [StateBuffer]) throws(TrainingError) {
    do throws(BundleError) {
      try fill(buffers)
    } catch {
      var reason = "\(error)"
      if case .tensors(_, let problem) = error {
        switch problem {
        case .noTensor, .unexpectedTensor, .wrongShape:
          reason +=
            "; another version of discern wrote it: resume with that one, or start over without --resume"
        default: break
        }
      }
      throw .unusableState(reason: reason)
    }
  }
}
