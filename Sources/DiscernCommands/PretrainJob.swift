import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernTensor
import DiscernTraining

/// The work around pretraining, of a network or of word vectors alone.
struct PretrainJob {
  let inputs: Corpus
  let compute: Compute
  let checkpoints: PretrainingCheckpoints?
  private let keepsCheckpoints: Bool
  private let interruption: Interruption
  private let reporter: PretrainReporter

  init(
    _ command: PretrainCommand, _ options: PretrainingOptions, _ interruption: Interruption
  ) throws {
    self.interruption = interruption
    inputs = try Corpus(paths: command.input, options: command.corpus.options(needsLabels: false))
    compute = try command.computing.compute()
    let isFile = command.vectorsOnly
    let files = command.input + [command.vocab, command.vectors].compactMap(\.self)
    let log = try command.training.jsonLog.map { path in
      try LogFile(
        "--json-log", path: path, inputs: files + (isFile ? [command.output] : []),
        model: isFile ? "" : command.output)
    }
    checkpoints = try command.training.checkpoints(output: command.output, inputs: files)
    keepsCheckpoints = command.training.checkpoint != nil
    reporter = PretrainReporter(
      corpus: command.corpus, options: options, kernels: compute.family.name, threads: compute.threadCount,
      log: log.map(TrainingLog.init), ofVectors: isFile)
  }

  /// Trains, shows progress, and exits if Ctrl-C came before there was anything to save.
  ///
  /// - Parameter train: gets the closures for progress and interruption.
  func learn<Learned>(
    _ train: (_ onStage: (PretrainingStage) -> Void, _ isInterrupted: () -> Bool) throws(DiscernError) ->
      Learned
  ) throws -> Learned {
    do throws(DiscernError) {
      return try train(
        { stage in
          switch stage {
          case .training(.began), .training(.resumed): interruption.begin(.steps)
          default: break
          }
          reporter.stage(stage)
        }, { interruption.isRequested })
    } catch {
      reporter.clear()
      guard case .interrupted = error else { throw error }
      Console.error(
        "interrupted before an epoch was complete: nothing was written"
          + (checkpoints?.isEmpty == false ? "; to go on: the same command with --resume" : ""))
      throw ExitCode(interruption.exitStatus)
    }
  }

  /// Saves what was learned, and exits as training ended. An epoch of unfinished training never replaces an
  /// existing folder.
  ///
  /// - Parameters:
  ///   - isStream: whether nothing can exist there already.
  ///   - save: not called where nothing is to be written.
  func end(
    _ record: PretrainingRecord, path: String, isStream: Bool = false, save: () throws -> Void
  ) throws {
    let outcome = record.outcome
    let isSaved = outcome.isByItself || isStream || FolderEntry(path: path) == nil
    if isSaved { try save() }
    if isSaved, outcome != .interrupted, !keepsCheckpoints { checkpoints?.remove() }
    reporter.end(record, path: isSaved ? path : nil)
    switch outcome {
    case .completed, .stoppedEarly: break
    case .interrupted:
      Console.error("interrupted; to go on: the same command with --resume")
      throw ExitCode(interruption.exitStatus)
    case .diverged: throw ExitStatus.diverged
    }
  }
}
