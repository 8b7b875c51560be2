import Discern
import DiscernCorpus
import DiscernIO
import DiscernTensor
import DiscernTraining

/// The steps before and after pretraining, either of a network or of word vectors alone.
struct PretrainJob {
  let inputs: Corpus
  let compute: Compute
  private let job: RunJob
  private let reporter: PretrainReporter

  init(
    _ command: PretrainCommand, _ options: PretrainingOptions, _ interruption: Interruption
  ) throws {
    inputs = try Corpus(paths: command.input, options: command.corpus.options(needsLabels: false))
    compute = try command.computing.compute()
    job = try RunJob(
      command.training.run, output: command.output, isFile: command.vectorsOnly,
      inputs: command.input + [command.vocab, command.vectors].compactMap(\.self), interruption)
    reporter = PretrainReporter(
      corpus: command.corpus, options: options, kernels: compute.family.name, threads: compute.threadCount,
      log: job.log, ofVectors: command.vectorsOnly)
  }

  var checkpoints: RunCheckpoints? { job.checkpoints }

  /// Trains and shows progress.
  ///
  /// - Parameter train: receives the closures for progress and interruption.
  func learn<Learned>(
    _ train: (_ onStage: (PretrainingStage) -> Void, _ isInterrupted: () -> Bool) throws(DiscernError) ->
      Learned
  ) throws -> Learned {
    try job.learn(clear: reporter.clear) { () throws(DiscernError) in
      try train(
        { stage in
          if case .training(let event) = stage { job.note(event) }
          reporter.stage(stage)
        }, { job.isInterrupted })
    }
  }

  /// Saves the result, and exits according to the outcome of training.
  func end(
    _ record: PretrainingRecord, path: String, isStream: Bool = false, save: () throws -> Void
  ) throws {
    try job.end(record.outcome, path: path, isStream: isStream, save: save) { path in
      reporter.end(record, path: path)
    }
  }
}
