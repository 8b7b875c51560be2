import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernTensor
import DiscernTraining
import DiscernVocabulary

extension PretrainCommand {
  /// Learns words' vectors alone and writes their file.
  func learnVectors(
    _ vocabulary: Vocabulary?, _ options: PretrainingOptions, _ interruption: Interruption
  ) throws {
    let target = try OutputTarget(path: output)
    try target.requireApart(from: input + [vocab].compactMap(\.self))
    try target.tryOut()
    let inputs = try Corpus(paths: input, options: corpus.options(needsLabels: false))
    let compute = try computing.compute()
    let log = try training.jsonLog.map { path in
      try TrainingLog(path: path, inputs: input + [vocab, output].compactMap(\.self), model: "")
    }
    let checkpoints = try training.checkpoints(output: output)
    let reporter = PretrainReporter(
      corpus: corpus, options: options, kernels: compute.family.name, threads: compute.threadCount, log: log,
      ofVectors: true)
    let learned: LearnedVectors
    do throws(DiscernError) {
      learned = try LearnedVectors.train(
        on: inputs, vocabulary: vocabulary, options: options, checkpoints: checkpoints, compute: compute,
        onStage: { stage in
          switch stage {
          case .training(.began), .training(.resumed): interruption.beginTraining()
          default: break
          }
          reporter.stage(stage)
        }, isInterrupted: { interruption.isRequested })
    } catch {
      reporter.clear()
      guard case .interrupted = error else { throw error }
      Console.error("interrupted before an epoch was complete: " + Self.goingOn(checkpoints))
      throw ExitCode(interruption.exitStatus)
    }
    let outcome = learned.record.outcome
    // An epoch of a training that did not come to its end never replaces what is there.
    let isSaved = outcome.isByItself || FolderEntry(path: output) == nil
    if target.isStandardOutput {
      let output = Output.standard()
      try output.write(learned.fileContents)
      try output.flush()
    } else if isSaved {
      try target.write(learned.fileContents)
    }
    if isSaved, outcome != .interrupted, training.checkpoint == nil { checkpoints?.remove() }
    reporter.end(learned.record, path: isSaved ? output : nil)
    try Self.conclude(outcome, interruption)
  }
}
