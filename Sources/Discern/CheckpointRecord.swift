import DiscernTraining

/// The contents of a checkpoint apart from its tensors.
struct CheckpointRecord: Codable, Sendable {
  let identity: TrainingIdentity
  /// The settings of its recipe that were derived from the texts; nil: not known.
  let fitted: [FittedChoice]?
  /// The command line that started the training run; nil if a program started it.
  let command: StoredCommand?
  /// The length of the log in bytes.
  let logBytes: Int?
  /// The length in bytes of the table of epoch values.
  let tableBytes: Int?
  /// Which of several models is being trained, from 0; earlier ones are finished.
  let run: Int
  /// Whether the folder is kept when training ends.
  let isLasting: Bool
  /// How often the state is saved, in the form that `CheckpointInterval` reads; `nil`: the default.
  let interval: String?
  /// Nil if this model's training has not begun.
  let state: TrainingState.Record?
}

/// A finished model's training, and the point from which training continues: saved together, so that an
/// interruption between two models loses neither.
struct FinishedRun: Codable, Sendable {
  let run: TrainingRun
  let next: CheckpointRecord
}

/// A command line with which a training run can be started again.
package struct StoredCommand: Codable, Sendable {
  /// The arguments after `discern train`.
  package let arguments: [String]
  /// The working directory, to which relative paths refer.
  package let directory: String
  /// Inputs that can be read only once, such as standard input.
  package let streams: [String]

  package init(arguments: [String], directory: String, streams: [String]) {
    self.arguments = arguments
    self.directory = directory
    self.streams = streams
  }
}
