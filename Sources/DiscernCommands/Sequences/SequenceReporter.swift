import Discern
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernTraining

/// Shows the training of a sequence model.
final class SequenceReporter {
  private let options: SequenceOptions
  private let compute: Compute
  private let display: TrainingDisplay
  private var pairs = (training: 0, development: 0)

  init(options: SequenceOptions, compute: Compute, quiet: Bool, log: TrainingLog?) {
    self.options = options
    self.compute = compute
    display = TrainingDisplay(
      quiet: quiet, log: log,
      titles: [
        ("epoch", 5), ("train loss", 10), ("dev loss", 9), ("exact", 7), ("rate", 9), ("norm", 7),
        ("tokens/s", 9), ("time", 8), ("", 4),
      ])
  }

  func clear() { display.clear() }

  func stage(_ stage: SequenceStage) {
    switch stage {
    case .vocabularies(let source, let target):
      display.say("tokens: \(source.grouped) source, \(target.grouped) target")
    case .pairs(let training, let development):
      pairs = (training, development)
      display.say("pairs: \(training.grouped) for training, \(development.grouped) for development")
    case .tooLong(let count, let limit):
      display.warn("left out \(count.counted("pair")) with more than \(limit.grouped) tokens (--max-tokens)")
    case .unknownTargets(let count):
      display.warn(
        "\(count.counted("target text")) with unknown tokens, which are never predicted right; they depend "
          + "on --vocab-size, --min-count and the texts of --train")
    case .model(let parameters):
      display.say(
        "model: \(parameters.grouped) parameters; kernels \(compute.family.name), "
          + compute.threadCount.counted("thread"))
      display.write(
        LogRecord.BeganOther(
          model: "sequences", examples: pairs.training, development: pairs.development,
          parameters: parameters, seed: options.seed, kernels: compute.family.name,
          threads: compute.threadCount))
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
    case .warning(let warning): display.warn(warning, hasClipping: true)
    case .began, .reducedLearningRate, .pruned, .states: break
    }
  }

  private func epoch(_ summary: EpochSummary) {
    display.row([
      "\(summary.epoch)", String(format: "%.4f", summary.trainLoss),
      String(format: "%.4f", summary.developmentLoss), String(format: "%.4f", summary.accuracy),
      String(format: "%.3g", summary.learningRate), String(format: "%.2f", summary.gradientNorm),
      Int(summary.tokensPerSecond).grouped,
      String(format: "%.0f s", summary.trainSeconds + summary.developmentSeconds),
      summary.isBest ? "best" : "",
    ])
    display.write(LogRecord.Epoch(summary: summary))
  }

  /// - Parameter path: the folder; nil: nothing was written.
  func end(_ record: SequenceRecord, path: String?) {
    if let best = record.best {
      display.say(
        String(
          format: "epoch %d: %.2f %% of the development texts right in all tokens, loss %.4f", best.epoch,
          100 * best.accuracy, best.developmentLoss))
    }
    display.end(path, next: "to use it: discern seq2seq predict \(CheckpointArguments.quoted(path ?? ""))")
    display.write(
      LogRecord.EndedOther(outcome: record.outcome, bestEpoch: record.best?.epoch, output: path))
    display.closeLog()
  }
}

extension SequencePairs {
  /// Warns of tables whose rows may be sequences with a value in each column, though only two columns are
  /// read.
  func warnAboutColumns() {
    for (path, columns) in wideTables {
      Console.warning(
        "\(path): has \(columns.grouped) columns, of which one is the source and one the target; if each row "
          + "is a sequence, put spaces between its values and a tab before the target, else name both "
          + "columns (--text-column, --label-column)")
    }
  }
}
