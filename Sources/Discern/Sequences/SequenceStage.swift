import DiscernBundle
import DiscernTraining

/// The progress reports of `SequenceModel.train`.
public enum SequenceStage: Sendable {
  /// The number of known tokens on each side.
  case vocabularies(source: Int, target: Int)
  /// The number of training pairs, and of development pairs.
  case pairs(training: Int, development: Int)
  /// The number of pairs left out because a side has more tokens than the limit.
  case tooLong(count: Int, limit: Int)
  /// The number of target texts with unknown tokens, which can never be matched exactly.
  case unknownTargets(Int)
  /// The network has been created and training is about to begin.
  case model(parameterCount: Int)
  /// A step, an epoch or another event of the trainer.
  case training(TrainingEvent)
  /// A checkpoint could not be written; not reported again until one has been written.
  case checkpointFailed(CheckpointError)
}
