import Discern
import DiscernBundle

extension RunCheckpoints {
  /// Opens the folder for the states. If none was named, failing to create one is not an error.
  ///
  /// - Parameters:
  ///   - checkpoint: the folder given; nil: one next to the output.
  ///   - inputs: the input paths.
  static func opened(
    _ checkpoint: String?, resume: Bool, output: String, inputs: [String]
  ) throws -> RunCheckpoints? {
    // If there is no state to resume from, opening reports it.
    if let checkpoint, !resume {
      try CheckpointArguments.requireApart(checkpoint, from: output)
      try StateFolder.requireOwnPlace("--checkpoint", checkpoint, inputs: inputs)
    } else if !resume {
      try CheckpointArguments.requireNoModel(CheckpointArguments.folder(besides: output))
    }
    do throws(DiscernError) {
      return try RunCheckpoints(
        folder: checkpoint ?? CheckpointArguments.folder(besides: output), isResuming: resume,
        isLasting: checkpoint != nil)
    } catch {
      guard checkpoint == nil, !resume, case .checkpoint(.cannotWrite) = error else { throw error }
      Console.warning("\(error); training continues without checkpoints")
      return nil
    }
  }
}
