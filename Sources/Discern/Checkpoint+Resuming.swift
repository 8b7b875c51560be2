import DiscernBundle
import DiscernTensor
import DiscernTraining

extension Checkpoint {
  /// Reads the state of a training run that resumes. If an undamaged file has other tensors than the same
  /// settings give now, another version wrote it.
  package func fill(resuming buffers: [StateBuffer]) throws(TrainingError) {
    do throws(BundleError) {
      try fill(buffers)
    } catch {
      var reason = "\(error)"
      if case .tensors(_, let problem) = error {
        switch problem {
        case .noTensor, .unexpectedTensor, .wrongShape:
          reason +=
            "; another version of discern wrote it: resume with that one, or remove the folder and start over"
        default: break
        }
      }
      throw .unusableState(reason: reason)
    }
  }
}
