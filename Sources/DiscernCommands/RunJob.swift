import ArgumentParser
import Discern
import DiscernBundle
import DiscernIO
import DiscernTraining

/// A training run that is resumed by the same command: its state on disk, its log, interruption, its exit
/// status.
struct RunJob {
  let checkpoints: RunCheckpoints?
  let log: TrainingLog?
  private let keepsCheckpoints: Bool
  private let interruption: Interruption

  /// - Parameters:
  ///   - inputs: the input paths.
  ///   - isFile: whether the output is a file and not a folder.
  init(
    _ arguments: RunArguments, output: String, isFile: Bool = false, inputs: [String],
    _ interruption: Interruption
  ) throws {
    self.interruption = interruption
    checkpoints = try RunCheckpoints.opened(
      arguments.checkpoint, resume: arguments.resume, output: output, inputs: inputs)
    try TrainOutputs(
      output: output, checkpoint: checkpoints?.path ?? arguments.checkpoint,
      logs: [("--json-log", arguments.jsonLog)]
    ).requireApart()
    log = try arguments.log(
      output: isFile ? "" : output, inputs: inputs + (isFile ? [output] : []),
      keeping: arguments.resume ? checkpoints?.savedLogBytes ?? 0 : nil)
    let position = log?.file.position
    checkpoints?.keep { position?.value }
    keepsCheckpoints = arguments.checkpoint != nil
  }

  private static let goingOn = "to resume: the same command with --resume"

  var isInterrupted: Bool { interruption.isRequested }

  /// From the first step on, an interruption waits until the step is complete.
  func note(_ event: TrainingEvent) {
    switch event {
    case .began, .resumed: interruption.begin(.steps)
    default: break
    }
  }

  /// Trains; exits if the run was interrupted before there was anything to save.
  ///
  /// - Parameter clear: called before an error is shown.
  func learn<Learned>(
    clear: () -> Void, _ train: () throws(DiscernError) -> Learned
  ) throws -> Learned {
    do throws(DiscernError) { return try train() } catch {
      clear()
      guard case .interrupted = error else { throw error }
      let moment =
        checkpoints?.holdsEnd == true ? "after the last epoch" : "before an epoch was complete"
      Console.error(
        "interrupted \(moment): "
          + (checkpoints?.hasOwnState == true
            ? "the state is kept; \(Self.goingOn)" : "nothing was written"))
      throw ExitCode(interruption.exitStatus)
    }
  }

  /// Saves the result, and exits according to the outcome of training. An epoch of unfinished training never
  /// replaces an existing model.
  ///
  /// - Parameters:
  ///   - isStream: whether the output cannot exist already.
  ///   - save: not called if nothing is to be written.
  ///   - report: receives the path; nil if nothing was written.
  func end(
    _ outcome: TrainingOutcome, path: String, isStream: Bool = false, save: () throws -> Void,
    report: (String?) throws -> Void
  ) throws {
    let isSaved = outcome.isNormal || isStream || FolderEntry(path: path) == nil
    if isSaved { try save() }
    if isSaved, outcome != .interrupted, !keepsCheckpoints { checkpoints?.remove() }
    try report(isSaved ? path : nil)
    switch outcome {
    case .completed, .stoppedEarly: break
    case .interrupted:
      Console.error("interrupted" + (checkpoints?.hasOwnState == true ? "; \(Self.goingOn)" : ""))
      throw ExitCode(interruption.exitStatus)
    case .diverged: throw ExitStatus.diverged
    }
  }
}
