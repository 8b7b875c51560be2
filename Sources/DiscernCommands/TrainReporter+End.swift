import Discern
import DiscernIO
import DiscernSystem
import DiscernTraining

extension TrainReporter {
  /// Reports the end of training.
  ///
  /// - Parameters:
  ///   - checkpoint: the folder with a state to resume from, if there is one.
  ///   - isLasting: whether the folder is kept when the model is saved.
  /// - Throws: errors of standard output; `ExitStatus.ioError` if the log is incomplete.
  func end(_ classifier: TextClassifier, path: String, isSaved: Bool, checkpoint: String?, isLasting: Bool)
    throws
  {
    clear()
    let record = classifier.record
    let best = record.runs.first?.best
    // Hints are only given if training ended normally.
    let hints = record.outcome.isNormal ? self.hints : []
    // A log does not depend on where the training state is kept.
    for hint in hints { write(LogRecord.Hint(kind: hint.kind, text: hint.text(recipe))) }
    write(
      LogRecord.Ended(
        outcome: record.outcome, bestEpoch: best?.epoch,
        accuracy: record.runs.count > 1 ? best?.accuracy : record.together?.first?.accuracy ?? best?.accuracy,
        temperature: classifier.temperature,
        runs: record.runs.count > 1 ? record.runs.map(LogRecord.Run.init) : nil,
        together: record.together, model: isSaved ? path : nil))
    switch record.outcome {
    case .completed: break
    case .stoppedEarly: say("stopped early: no improvement in \(recipe.options.patience.counted("epoch"))")
    case .interrupted:
      Console.warning("interrupted: " + fate(of: record, path, isSaved: isSaved, checkpoint))
    case .diverged:
      Console.warning(
        "the loss or its gradients became infinite or NaN; try a lower --learning-rate; "
          + fate(of: record, path, isSaved: isSaved, nil))
    }
    if isSaved { try printScores(record, path) }
    let lasting = isLasting && record.runs.count == 1 ? checkpoint : nil
    for hint in hints { say("hint: " + hint.text(recipe, lastingCheckpoint: lasting)) }
    log?.file.close()
    for curves in curves { curves.close() }
    if log?.file.failure != nil || curves.contains(where: { $0.failure != nil }) { throw ExitStatus.ioError }
  }

  /// The end of training that was interrupted or diverged, in words.
  private func fate(
    of record: TrainingRecord, _ path: String, isSaved: Bool, _ checkpoint: String?
  ) -> String {
    let resumption = checkpoint.map { "; to resume: " + CheckpointArguments.resumption(of: $0) }
    if !isSaved {
      return "\(path) holds a model, which is kept" + (resumption ?? "; nothing was written")
    }
    let finished = record.runs.filter(\.outcome.isNormal).count
    let all = record.recipe.ensembleSize
    let saved =
      if isLearningHeldOut {
        "everything is trained and saved, except that the n-grams were not retrained with the held-out texts"
      } else if finished == all, record.recipe.selfTrains {
        "the model from before self-training is saved"
      } else if finished > 0 {
        "of \(all.counted("model")) \(finished) \(finished == 1 ? "is" : "are") finished and saved"
      } else {
        "the best epoch so far is saved (epoch \(record.runs.first?.best?.epoch ?? 0))"
      }
    return saved + (resumption ?? "")
  }

  /// Prints the scores on standard output, or on standard error if the log is written there.
  private func printScores(_ record: TrainingRecord, _ path: String) throws {
    let path = DisplayText.escaped(path)
    var lines: [String] = []
    if record.ngrams != nil {
      lines = Self.halves(record, path: path)
    } else if record.runs.count > 1 {
      lines = Self.lines(record, path: path)
    } else if let best = record.runs[0].best {
      lines = [
        String(
          format: "%@: accuracy %.4f, macro F1 %.4f, log loss %.4f on %@ development texts (epoch %d)", path,
          best.accuracy, best.macroF1, best.developmentLoss, record.developmentTextCount.grouped, best.epoch)
      ]
    }
    if let steps = record.steps { lines.append("\(path): \(steps.note) of the development texts") }
    lines += (record.firstLayer ?? []).map { "\(path): first layer alone: \(Self.words($0))" }
    if log?.file.isStandardOutput == true || curves.contains(where: \.isStandardOutput) {
      for line in lines { say(line) }
      return
    }
    let output = Output.standard()
    for line in lines { try output.line(line) }
    try output.flush()
  }

  /// The figures of n-grams and networks, alone and joined.
  private static func halves(_ record: TrainingRecord, path: String) -> [String] {
    let texts = " on \(record.developmentTextCount.grouped) development texts"
    let together = (record.together ?? []).map { "\(path): \(words($0))\(texts)" }
    guard !record.runs.isEmpty else { return together }
    let isOne = record.runs.count == 1
    let epoch = isOne ? record.runs[0].best.map { " (epoch \($0.epoch))" } ?? "" : ""
    let networks =
      (isOne ? [] : lines(record, path: path, isWhole: false))
      + (record.network ?? []).map {
        "\(path): \(isOne ? "network" : "networks together") alone: \(words($0))\(epoch)"
      }
    return (record.ngrams?.scores ?? []).map { "\(path): n-grams alone: \(words($0))" } + networks + together
  }

  /// The mean and deviation of several models, then the figures of all of them together.
  ///
  /// - Parameter isWhole: whether the model consists only of the networks.
  private static func lines(_ record: TrainingRecord, path: String, isWhole: Bool = true) -> [String] {
    let bests = record.runs.compactMap(\.best)
    func figure(_ name: String, _ value: (EpochSummary) -> Double) -> String {
      let spread = Spread(bests.map(value))
      return String(format: "%@ %.4f ± %.4f", name, spread.mean, spread.deviation)
    }
    let figures = [
      figure("accuracy", \.accuracy), figure("macro F1", \.macroF1), figure("log loss", \.developmentLoss),
    ]
    let together = isWhole ? (record.together ?? []).map { "\(path): together: \(words($0))" } : []
    return [
      "\(path): \(isWhole ? "" : "networks alone: ")\(bests.count) models: " + figures.joined(separator: ", ")
        + " on \(record.developmentTextCount.grouped) development texts"
    ] + together
  }
}
