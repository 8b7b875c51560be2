import Discern
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernTraining

/// Shows a matcher's training.
final class MatchReporter {
  private let corpus: CorpusArguments
  private let options: MatchOptions
  private let compute: Compute
  private let display: TrainingDisplay
  private var divided = (training: 0, heldOut: 0)
  private var fitted: [FittedChoice] = []
  private var hints: [TrainingHint] = []

  init(corpus: CorpusArguments, options: MatchOptions, compute: Compute, log: TrainingLog?) {
    self.corpus = corpus
    self.options = options
    self.compute = compute
    display = TrainingDisplay(
      quiet: corpus.quiet, log: log,
      titles: [
        ("epoch", 5), ("train loss", 10), ("held out", 9), ("recall@1", 9), ("rate", 9), ("norm", 7),
        ("tokens/s", 9), ("time", 8), ("", 4),
      ])
  }

  func clear() { display.clear() }

  func stage(_ stage: MatchStage) {
    switch stage {
    case .read(let report, let summary, let part):
      corpus.report(report, part: part, hasLabels: corpus.labelColumn != nil)
      reportCuts(summary, hasNetwork: true, part: part, quiet: corpus.quiet)
    case .vocabulary(let vocabulary, let wasGiven):
      display.say(
        "vocabulary: \(vocabulary.wordCount.grouped) words" + (wasGiven ? "" : " built from the texts"))
    case .transformer(let configuration):
      display.say(
        "pretrained: a transformer of \(configuration.layerCount.counted("layer")), which stays as it is; "
          + "texts get vectors of \(configuration.hiddenSize.counted("number"))")
    case .vectorsMade(let texts, let count):
      display.update(texts, of: count, "vectors of texts")
    case .withoutPartner(let count, let part):
      display.say(
        "\(part): \(count.counted("text")) whose label no other text has, so that nothing belongs to it")
    case .withoutSecondText(let count, let part):
      display.warn("\(part): skipped \(count.counted("row")) without a second text")
    case .divided(let training, let heldOut):
      divided = (training, heldOut)
      display.say("\(training.counted("training text")), \(heldOut.grouped) held out")
    case .fitted(let choices):
      for line in choices.lines { display.say(line) }
      fitted = choices
    case .hints(let hints): self.hints = hints
    case .model(let configuration, let parameters):
      display.say(
        "matcher: \(parameters.grouped) parameters, vectors of "
          + configuration.vectorSize.counted("number") + "; kernels \(compute.family.name), "
          + compute.threadCount.counted("thread"))
      display.write(
        LogRecord.BeganOther(
          model: "matcher", examples: divided.training, development: divided.heldOut, parameters: parameters,
          seed: options.seed, kernels: compute.family.name, threads: compute.threadCount,
          fitted: fitted.isEmpty ? nil : fitted))
    case .training(let event): training(event)
    case .checkpointFailed(let error): display.warn("\(error); training continues")
    }
  }

  private func training(_ event: TrainingEvent) {
    switch event {
    case .resumed(let epoch, let step, let hasEnded):
      display.resume(epoch: epoch, step: step, hasEnded: hasEnded)
    case .step(let progress): display.update(progress, epochs: options.epochs)
    case .epoch(let summary): epoch(summary)
    case .warning(let warning): display.warn(warning)
    // The schedule is a cosine, and nothing is pruned.
    case .began, .reducedLearningRate, .pruned, .states: break
    }
  }

  private func epoch(_ summary: EpochSummary) {
    display.row([
      "\(summary.epoch)", String(format: "%.4f", summary.trainLoss),
      String(format: "%.4f", summary.developmentLoss), String(format: "%.1f %%", 100 * summary.accuracy),
      String(format: "%.3g", summary.learningRate), String(format: "%.2f", summary.gradientNorm),
      Int(summary.tokensPerSecond).grouped, String(format: "%.0f s", summary.trainSeconds),
      summary.isBest ? "best" : "",
    ])
    display.write(LogRecord.Epoch(summary: summary))
  }

  /// - Parameter path: the folder; nil: nothing was written.
  func end(_ record: MatchRecord, path: String?) {
    let recalls = [1, 5, 10].map { record.scores?.recall(at: $0) ?? 0 }
    display.say(
      String(
        format: "held out: recall@1 %.1f %%, @5 %.1f %%, @10 %.1f %%; temperature %.3f", 100 * recalls[0],
        100 * recalls[1], 100 * recalls[2], record.temperature))
    for hint in hints {
      display.say("hint: " + hint.text())
      display.write(LogRecord.Hint(kind: hint.kind, text: hint.text()))
    }
    let name = CheckpointArguments.quoted(path ?? "")
    display.end(
      path, next: "discern match index \(name) makes an index, discern match search \(name) searches it")
    display.write(
      LogRecord.EndedMatcher(
        outcome: record.outcome, recallAt1: recalls[0], recallAt5: recalls[1], recallAt10: recalls[2],
        meanReciprocalRank: record.scores?.meanReciprocalRank ?? 0, temperature: record.temperature,
        output: path))
    display.closeLog()
  }
}
