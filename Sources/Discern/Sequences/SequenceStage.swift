import DiscernBundle
import DiscernTraining

/// What `SequenceModel.train` tells while it works.
public enum SequenceStage: Sendable {
  /// Tokens that are known on both sides.
  case vocabularies(source: Int, target: Int)
  /// Pairs that are learned from, and measured on.
  case pairs(training: Int, development: Int)
  /// Pairs that were left out, since one of them has more tokens than may be.
  case tooLong(count: Int, limit: Int)
  /// How many of the texts to be written have tokens that are not known, so that they are never right.
  case unknownTargets(Int)
  /// The network is made and training is about to begin.
  case model(parameterCount: Int)
  /// A step, an epoch or another event of the trainer.
  case training(TrainingEvent)
  /// A checkpoint could not be written; told once until one is written again.
  case checkpointFailed(CheckpointError)
}
