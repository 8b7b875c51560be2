import Discern
import DiscernBundle

extension PretrainingCheckpoints {
  /// Where no folder was named, one that cannot be made is no reason to stop.
  ///
  /// - Parameters:
  ///   - checkpoint: the folder that was named; nil: one beside the output.
  ///   - inputs: the paths of what is read.
  static func opened(
    _ checkpoint: String?, resume: Bool, output: String, inputs: [String]
  ) throws -> PretrainingCheckpoints? {
    // Where there is no state to go on from, that is said.
    if let checkpoint, !resume {
      try CheckpointArguments.requireApart(checkpoint, from: output)
      try StateFolder.requireOwnPlace("--checkpoint", checkpoint, inputs: inputs)
    } else if !resume {
      try CheckpointArguments.requireNoModel(CheckpointArguments.folder(besides: output))
    }
    do throws(DiscernError) {
      return try PretrainingCheckpoints(
        folder: checkpoint ?? CheckpointArguments.folder(besides: output), isResuming: resume,
        isLasting: checkpoint != nil)
    } catch {
      guard checkpoint == nil, !resume, case .checkpoint(.cannotWrite) = error else { throw error }
      Console.warning("\(error); the training goes on without checkpoints")
      return nil
    }
  }
}
