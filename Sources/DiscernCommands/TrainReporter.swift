import Discern
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTraining
import DiscernVocabulary
import Foundation

/// Shows a training run: a progress bar and lines for people, JSON lines for machines.
final class TrainReporter {
  private let corpus: CorpusArguments
  private let recipe: TrainingRecipe
  private let kernels: String
  private let threads: Int
  private let log: TrainingLog?
  private var bar: ProgressBar
  private var labels: [String: [String]] = [:]
  private var seed: UInt64
  private var warned: Set<TrainingWarning> = []

  init(corpus: CorpusArguments, recipe: TrainingRecipe, kernels: String, threads: Int, log: TrainingLog?) {
    self.corpus = corpus
    self.recipe = recipe
    self.kernels = kernels
    self.threads = threads
    self.log = log
    seed = recipe.options.seed
    bar = ProgressBar(isEnabled: !corpus.quiet)
  }

  func clear() { bar.clear() }

  func stage(_ stage: TrainingStage) {
    switch stage {
    case .vocabulary(let vocabulary, let wasGiven):
      say(
        "vocabulary: \(vocabulary.count.grouped) words" + (wasGiven ? "" : " built from the training texts"))
    case .read(let report, let summary, let part):
      corpus.report(report, part: part)
      reportCuts(summary, limit: recipe.maximumTokens, part: part, quiet: corpus.quiet)
    case .labelFindings(let findings):
      for finding in findings {
        let text =
          (finding.task.map { "task “\($0)”: " } ?? "") + finding.message
          + (finding.examples.isEmpty ? "" : ": " + finding.examples.joined(separator: "; "))
        Console.warning(text)
        write(Warning(text: text))
      }
    case .labels(let task, let counts):
      let labels = task.labels
      self.labels[task.name] = labels.names
      let shares = zip(labels.names, counts).map {
        "\(DisplayText.cut(DisplayText.escaped($0), to: 24)) \($1.grouped)"
      }
      say(
        (task.name.isEmpty ? "labels: " : "labels of \(task.name): ")
          + shares.prefix(20).joined(separator: ", ") + (shares.count > 20 ? ", …" : "")
          + (task.isMultiLabel ? "; any number a text" : ""))
      for (name, count) in zip(labels.names, counts) where count == 0 {
        Console.warning(
          "no training text is labelled “\(name)”"
            + (task.name.isEmpty ? "" : " for the task “\(task.name)”"))
      }
    case .vectors(let vectors):
      for line in vectors.notes { say(line) }
    case .run(let seed, let index, let count):
      self.seed = seed
      say("seed \(seed): model \(index + 1) of \(count)")
    case .model(let model):
      say(
        "model: \(model.parameterCount.grouped) parameters; kernels \(kernels), \(threads.counted("thread"))")
    case .training(let event): training(event)
    case .calibrated(let calibration):
      let name = "calibration" + (calibration.task.isEmpty ? "" : " of \(calibration.task)")
      if let temperature = calibration.temperature {
        say(
          name
            + String(
              format: ": temperature %.4f; expected calibration error %.4f before, %.4f after",
              temperature, calibration.errorBefore, calibration.errorAfter))
      } else {
        say("\(name): the development texts give no temperature; probabilities stay as they are")
      }
    }
  }

  private func training(_ event: TrainingEvent) {
    switch event {
    case .began(let texts, let tokens, let parameters, let padding):
      say(
        String(
          format:
            "batches: padding would be %.0f %% at random, %.0f %% in these; packed, it is none",
          100 * padding.shuffled, 100 * padding.bucketed))
      write(
        Began(
          seed: seed, texts: texts, tokens: tokens, parameters: parameters, padding: padding,
          recipe: recipe.choices,
          kernels: kernels, threads: threads))
    case .step(let progress):
      bar.update(
        progress.step, of: progress.stepCount,
        String(
          format: "epoch %d/%d  loss %.4f  %@ tokens/s  %@ left", progress.epoch, recipe.options.epochs,
          progress.loss, Int(progress.tokensPerSecond).grouped, Self.duration(progress.secondsLeft)))
    case .epoch(let summary):
      bar.clear()
      // A run's first, so that every seed has its own.
      if summary.epoch == 1 { say(EpochTable.header) }
      say(EpochTable.line(summary))
      for line in EpochTable.taskLines(summary, columns: Console.width) { say(line) }
      write(Epoch(summary: summary))
    case .reducedLearningRate(let rate): say("learning rate reduced to \(rate)")
    case .warning(let warning):
      // One that follows from the recipe is the same for every seed.
      guard warned.insert(warning).inserted else { break }
      let text = text(warning)
      bar.clear()
      Console.warning(text)
      write(Warning(text: text))
    }
  }

  private func text(_ warning: TrainingWarning) -> String {
    switch warning {
    case .vanishingGradient(let name, let value):
      String(
        format: "the gradient of %@ vanishes (%.1e in root mean square): it hardly learns. Fewer layers, "
          + "residual connections or normalisation help", name, value)
    case .explodingGradient(let name, let norm):
      String(
        format: "the gradient of %@ explodes (norm %.0f in the mean): a lower --learning-rate or --clip-norm "
          + "helps", name, norm)
    case .oneClass(let task, let label, let predicted, let share):
      String(
        format: "%@%.1f %% of the development texts are given “%@”, which %.1f %% of them are",
        labels.count > 1 ? "\(DisplayText.escaped(task)): " : "", 100 * predicted,
        DisplayText.escaped(labels[task]?[label] ?? ""), 100 * share)
    case .accumulation(let count, .sharedMove):
      "--adversarial fgm moves the words of each of the \(count) batches of --accumulate together, so they "
        + "are not one large batch; --adversarial fgm-sequence moves each text by itself"
    case .accumulation(let count, .batchNorm):
      "--batch-norm takes its statistics from each of the \(count) batches of --accumulate by itself, so "
        + "they are not one large batch; --layer-norm depends on no batch"
    }
  }

  /// Tells how it ended.
  ///
  /// - Throws: what went wrong with standard output; `ExitStatus.ioError` if the log is not whole.
  func end(_ classifier: TextClassifier, path: String, isSaved: Bool) throws {
    bar.clear()
    let record = classifier.record
    let best = record.runs[0].best
    write(
      Ended(
        outcome: record.outcome, bestEpoch: best?.epoch, accuracy: best?.accuracy,
        temperature: classifier.temperature, runs: record.runs.count > 1 ? record.runs.map(Run.init) : nil,
        together: record.together, model: isSaved ? path : nil))
    switch record.outcome {
    case .completed: break
    case .stoppedEarly: say("stopped early: no improvement in \(recipe.options.patience) epochs")
    case .interrupted: Console.warning("interrupted: " + Self.fate(of: record, path, isSaved: isSaved))
    case .diverged:
      Console.warning(
        "the loss stopped being a number, so try a lower --learning-rate; "
          + Self.fate(of: record, path, isSaved: isSaved))
    }
    if isSaved { try printScores(record, path) }
    log?.close()
    if log?.failure != nil { throw ExitStatus.ioError }
  }

  /// Of a training that did not end by itself.
  private static func fate(of record: TrainingRecord, _ path: String, isSaved: Bool) -> String {
    if !isSaved { return "\(path) holds a model, which stays as it is; nothing was written" }
    let finished = record.runs.filter(\.outcome.isByItself).count
    return finished > 0
      ? "of \(record.recipe.seeds) models \(finished) are finished and saved"
      : "the best epoch until then is saved (epoch \(record.runs[0].best?.epoch ?? 0))"
  }

  /// To standard output, or to people where that is the log.
  private func printScores(_ record: TrainingRecord, _ path: String) throws {
    var lines: [String] = []
    if record.runs.count > 1 {
      lines = Self.lines(record, path: path)
    } else if let best = record.runs[0].best {
      lines = [
        String(
          format: "%@: accuracy %.4f, macro F1 %.4f, log loss %.4f on %@ development texts (epoch %d)", path,
          best.accuracy, best.macroF1, best.developmentLoss, record.developmentTextCount.grouped, best.epoch)
      ]
    }
    if log?.isStandardOutput == true {
      for line in lines { say(line) }
      return
    }
    let output = Output.standard()
    for line in lines { try output.line(line) }
    try output.flush()
  }

  /// Mean and deviation of several models, then what they reach together.
  private static func lines(_ record: TrainingRecord, path: String) -> [String] {
    let bests = record.runs.compactMap(\.best)
    func figure(_ name: String, _ value: (EpochSummary) -> Double) -> String {
      let values = bests.map(value)
      let mean = values.reduce(0, +) / Double(values.count)
      // Of a sample: n − 1.
      let deviation =
        (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count - 1))).squareRoot()
      return String(format: "%@ %.4f ± %.4f", name, mean, deviation)
    }
    let figures = [
      figure("accuracy", \.accuracy), figure("macro F1", \.macroF1), figure("log loss", \.developmentLoss),
    ]
    let together = (record.together ?? []).map { scores in
      "\(path): together: " + (scores.task.isEmpty ? "" : scores.task + ": ")
        + String(
          format: "accuracy %.4f, macro F1 %.4f, log loss %.4f", scores.accuracy, scores.macroF1, scores.loss)
    }
    return [
      "\(path): \(bests.count) models: " + figures.joined(separator: ", ")
        + " on \(record.developmentTextCount.grouped) development texts"
    ] + together
  }

  private func say(_ text: String) {
    guard !corpus.quiet else { return }
    bar.clear()
    Console.line(text)
  }

  private struct Began: Encodable {
    let event = "began"
    let seed: UInt64
    let texts: Int
    let tokens: Int
    let parameters: Int
    let padding: PaddingCost
    let recipe: RecipeChoices
    let kernels: String
    let threads: Int
  }

  private struct Epoch: Encodable {
    let event = "epoch"
    let summary: EpochSummary
  }

  private struct Warning: Encodable {
    let event = "warning"
    let text: String
  }

  private struct Ended: Encodable {
    let event = "ended"
    let outcome: TrainingOutcome
    let bestEpoch: Int?
    let accuracy: Double?
    let temperature: Double
    let runs: [Run]?
    let together: [TaskScores]?
    /// `nil`: not written.
    let model: String?
  }

  private struct Run: Encodable {
    let seed: UInt64
    let outcome: TrainingOutcome
    let bestEpoch: Int?
    let accuracy: Double?
    let macroF1: Double?
    let logLoss: Double?

    init(_ run: TrainingRun) {
      seed = run.seed
      outcome = run.outcome
      bestEpoch = run.best?.epoch
      accuracy = run.best?.accuracy
      macroF1 = run.best?.macroF1
      logLoss = run.best?.developmentLoss
    }
  }

  private func write(_ value: some Encodable) {
    guard let log else { return }
    bar.clear()
    log.write(value)
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds), 359_999))
    return whole < 60
      ? "\(whole) s"
      : whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
