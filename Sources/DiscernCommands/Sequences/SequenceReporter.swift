import Discern
import DiscernIO
import DiscernSystem
import DiscernTraining

/// Shows the training of a sequence model.
final class SequenceReporter {
  private let options: SequenceOptions
  private let kernels: String
  private let threads: Int
  private let quiet: Bool
  private var bar: ProgressBar
  private var hasHeader = false

  init(options: SequenceOptions, kernels: String, threads: Int, quiet: Bool) {
    self.options = options
    self.kernels = kernels
    self.threads = threads
    self.quiet = quiet
    bar = ProgressBar(isEnabled: !quiet)
  }

  func clear() { bar.clear() }

  func stage(_ stage: SequenceStage) {
    switch stage {
    case .vocabularies(let source, let target):
      say("tokens: \(source.grouped) that are read, \(target.grouped) that are written")
    case .pairs(let training, let development):
      say("pairs: \(training.grouped) to learn from, \(development.grouped) to measure on")
    case .tooLong(let count, let limit):
      warn("left out \(count.counted("pair")) of more than \(limit.grouped) tokens (--max-tokens)")
    case .unknownTargets(let count):
      warn(
        "\(count.counted("text")) to be written with tokens that the model does not know, which are never "
          + "right; --vocab-size and --min-count decide, and what --train has")
    case .model(let parameters):
      say("model: \(parameters.grouped) parameters; kernels \(kernels), \(threads.counted("thread"))")
    case .training(let event): training(event)
    case .checkpointFailed(let error): warn("\(error); the training goes on")
    }
  }

  private func training(_ event: TrainingEvent) {
    switch event {
    case .resumed(let epoch, let step, let hasEnded):
      say(TrainReporter.goingOn(epoch, step, hasEnded: hasEnded))
    case .step(let progress):
      bar.update(
        progress.step, of: progress.stepCount, EpochTable.progress(progress, epochs: options.epochs))
    case .epoch(let summary): epoch(summary)
    case .warning(let warning): warn("\(warning)")
    case .began, .reducedLearningRate, .pruned, .states: break
    }
  }

  private func epoch(_ summary: EpochSummary) {
    bar.clear()
    if !hasHeader {
      say(Self.row(["epoch", "train loss", "dev loss", "exact", "rate", "norm", "tokens/s", "time", ""]))
    }
    hasHeader = true
    say(
      Self.row([
        "\(summary.epoch)", String(format: "%.4f", summary.trainLoss),
        String(format: "%.4f", summary.developmentLoss), String(format: "%.4f", summary.accuracy),
        String(format: "%.3g", summary.learningRate), String(format: "%.2f", summary.gradientNorm),
        Int(summary.tokensPerSecond).grouped,
        String(format: "%.0f s", summary.trainSeconds + summary.developmentSeconds),
        summary.isBest ? "best" : "",
      ]))
  }

  private static func row(_ cells: [String]) -> String {
    let line = zip(cells, [5, 10, 9, 7, 9, 7, 9, 8, 4]).map { DisplayText.right($0, $1) }
    return String(line.joined(separator: " ").reversed().drop { $0 == " " }.reversed())
  }

  /// - Parameter path: nil: nothing was written.
  func end(_ record: SequenceRecord, path: String?) {
    if let best = record.best {
      say(
        String(
          format: "epoch %d: %.2f %% of the texts to measure on right in all tokens, loss %.4f", best.epoch,
          100 * best.accuracy, best.developmentLoss))
    }
    if let path {
      say("\(path): written; discern seq2seq predict \(CheckpointArguments.quoted(path)) uses it")
    } else {
      Console.warning("nothing was written: what is there was trained to its end, and this was not")
    }
  }

  private func say(_ text: String) {
    guard !quiet else { return }
    bar.clear()
    Console.line(text)
  }

  private func warn(_ text: String) {
    bar.clear()
    Console.warning(text)
  }
}

extension SequencePairs {
  /// Warns of tables that may have a sequence in each row where one in each of two columns is read.
  func warnAboutColumns() {
    for (path, columns) in wideTables {
      Console.warning(
        "\(path): of \(columns.grouped) columns one is read and one is to be written; if each row is a "
          + "sequence, put spaces between its values and a tab before those to be written, else name both "
          + "columns (--text-column, --label-column)")
    }
  }
}
