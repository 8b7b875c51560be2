import DiscernTraining

/// What a checkpoint says beside its tensors.
struct CheckpointRecord: Codable, Sendable {
  let identity: TrainingIdentity
  /// Those choices of its recipe that followed from the texts; nil: not known.
  let fitted: [FittedChoice]?
  /// The command line that began the training; `nil` for programs.
  let command: StoredCommand?
  /// How far the log had come.
  let logBytes: Int?
  /// How far the epochs' values had come.
  let tableBytes: Int?
  /// Which of several models is trained, from 0; those before are finished.
  let run: Int
  /// Whether the folder stays when training is over.
  let isLasting: Bool
  /// How often a state is kept, as `CheckpointInterval` reads it; `nil`: as by default.
  let interval: String?
  /// nil: that model's training has not begun.
  let state: TrainingState.Record?
}

/// A finished model's training, and where training goes on behind it: kept together, so that no break between
/// two models loses one.
struct FinishedRun: Codable, Sendable {
  let run: TrainingRun
  let next: CheckpointRecord
}

/// A command line that a training can be begun again with.
package struct StoredCommand: Codable, Sendable {
  /// Behind `discern train`.
  package let arguments: [String]
  /// The working directory, which relative paths are relative to.
  package let directory: String
  /// Inputs that could be read once, such as standard input.
  package let streams: [String]

  package init(arguments: [String], directory: String, streams: [String]) {
    self.arguments = arguments
    self.directory = directory
    self.streams = streams
  }
}
