import Discern
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTraining
import DiscernVocabulary

/// Shows a training run: a progress bar and lines for users, JSON lines for other programs.
final class TrainReporter {
  private let corpus: CorpusArguments
  /// The recipe, including the values chosen for the texts once they are known.
  private(set) var recipe: TrainingRecipe
  private var fitted: [FittedChoice] = []
  private var ngrams: NGramFacts?
  let kernels: String
  let threads: Int
  let log: TrainingLog?
  let curves: [any TrainingCurves]
  private var bar: ProgressBar
  private var labels: [String: [String]] = [:]
  private var seed: UInt64
  /// The hints, which are shown at the end.
  private(set) var hints: [TrainingHint] = []
  private var warned: Set<TrainingWarning> = []
  /// Whether everything is trained except the n-grams on the texts that were held out.
  private(set) var isLearningHeldOut = false
  /// Whether the header of the table of epochs has been shown.
  private var hasHeader = false
  /// The number of the network that is trained, from 0, if there are several.
  private var run: Int?
  /// The monitored figures of its epochs so far.
  private var watched: [Double] = []

  init(
    corpus: CorpusArguments, recipe: TrainingRecipe, kernels: String, threads: Int, log: TrainingLog?,
    curves: [any TrainingCurves]
  ) {
    self.curves = curves
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
        "vocabulary: \(vocabulary.wordCount.grouped) words"
          + (wasGiven ? "" : " built from the training texts"))
    case .transformer(let shape, let pieces):
      say(
        "transformer: \(shape.layerCount.counted("layer")) of \(shape.hiddenSize) features, "
          + "\(pieces.grouped) word pieces; "
          + (recipe.unfrozenLayers == 0
            ? "only the heads are trained"
            : "the top \(recipe.unfrozenLayers.counted("layer")) and the heads are trained"))
    case .vectorsMade(let texts, let all):
      bar.update(texts, of: all, "text vectors computed")
    case .vectorsRead(let texts, let path):
      say("vectors: those of \(texts.counted("text")) are read from \(path)")
    case .vectorsUnusable(let reason):
      Console.warning("stored text vectors cannot be used and are computed again: \(reason)")
    case .vectorsNotKept(let reason):
      Console.warning("text vectors are computed again if this training is resumed: \(reason)")
    case .fitted(let choices):
      recipe = recipe.taking(choices)
      for line in choices.lines { say(line) }
      fitted += choices
    case .read(let report, let summary, let part):
      corpus.report(report, part: part)
      reportCuts(
        summary, hasNetwork: recipe.model.hasNetwork, part: part, quiet: corpus.quiet)
    case .packed(let packed): say("packed texts: \(packed.path): \(packed.note)")
    case .labelFindings(let findings): tell(findings)
    case .divided(let groups):
      say(groups.note)
      write(LogRecord.Division(groups: groups))
    case .heldOut(let texts, let all): tellHeldOut(texts, of: all)
    case .labels(let task, let counts):
      labels[task.name] = task.labels.names
      tell(task, counts)
    case .vectors(let vectors):
      for line in vectors.notes { say(line) }
    case .ngramsBegan(let isLast): isLearningHeldOut = isLast
    case .ngrams(let facts):
      ngrams = facts
      tell(facts)
    case .run(let seed, let index, let count):
      self.seed = seed
      hasHeader = false
      run = index
      say("seed \(seed): model \(index + 1) of \(count)")
    case .finishedBefore(let index, let count, let isLatest):
      if isLatest { log?.file.isMuted = false }
      say("network \(index + 1) of \(count) was complete before the interruption")
    case .model(let model):
      say(
        "model: \(model.parameterCount.grouped) parameters; kernels \(kernels), \(threads.counted("thread"))")
    case .taught(let texts, let unlabelled):
      say(
        "teacher: classified \(texts.counted("text"))"
          + (unlabelled > 0 ? " and \(unlabelled.grouped) without labels" : ""))
    case .labelled(let texts, let weight, let before):
      hasHeader = false
      for scores in before { say("before self-training: " + Self.words(scores)) }
      say(
        "self-training: labelled \(texts.grouped) texts, weighted as \(Int(weight).grouped); training again "
          + "on all texts")
    case .selfTrained(let after, let ngramsAlone, let kept):
      for scores in after ?? [] { say("after self-training: " + Self.words(scores)) }
      for scores in ngramsAlone ?? [] {
        say("network from before, n-grams from after self-training: " + Self.words(scores))
      }
      switch kept {
      case .all: say("the model from after self-training is kept: its log loss is the lowest")
      case .ngrams:
        say(
          "the network from before and the n-grams from after self-training are kept: together they have "
            + "the lowest log loss")
      case .nothing: say("the model from before self-training is kept: its log loss is as low or lower")
      }
    case .training(let event): training(event)
    case .checkpointFailed(let error):
      bar.clear()
      Console.warning("\(error); training continues")
    case .thresholds(let tuning, let task):
      say((task.isEmpty ? "thresholds: " : "thresholds of \(task): ") + tuning.note)
      write(LogRecord.Thresholds(task: task, tuning))
    case .hints(let hints): self.hints = hints
    case .calibrated(let calibration): tell(calibration)
    }
  }

  /// A task's scores in words.
  static func words(_ scores: TaskScores) -> String {
    // With one label per text, micro F1 is the accuracy.
    let micro =
      abs(scores.microF1 - scores.accuracy) > 1e-9 ? String(format: "micro F1 %.4f, ", scores.microF1) : ""
    return (scores.task.isEmpty ? "" : scores.task + ": ") + micro
      + String(
        format: "accuracy %.4f, macro F1 %.4f, log loss %.4f", scores.accuracy, scores.macroF1, scores.loss)
  }

  /// The point at which training resumes, in words.
  static func goingOn(_ epoch: Int, _ step: Int, hasEnded: Bool) -> String {
    hasEnded
      ? "the training was already complete"
      : "resuming in epoch \(epoch)" + (step > 0 ? " after step \(step)" : "")
  }

  private func training(_ event: TrainingEvent) {
    switch event {
    case .began(let texts, let tokens, let parameters, let padding):
      watched = []
      say(
        String(
          format:
            "batches: padding would be %.0f %% in random batches, %.0f %% in these; packed sequences need "
            + "none",
          100 * padding.shuffled, 100 * padding.bucketed))
      write(
        LogRecord.Began(
          seed: seed, texts: texts, tokens: tokens, parameters: parameters, padding: padding,
          recipe: recipe.resolved.choices, fitted: fitted, ngrams: ngrams,
          kernels: kernels, threads: threads))
      // Once per training run: in the recipe of a resumed run, nothing is open.
      fitted = []
    case .resumed(let epoch, let step, let hasEnded):
      watched = []
      log?.file.isMuted = false
      for curves in curves { curves.resume(epoch: epoch) }
      say(Self.goingOn(epoch, step, hasEnded: hasEnded))
    case .step(let progress):
      bar.update(
        progress.step, of: progress.stepCount,
        EpochTable.progress(progress, epochs: recipe.options.epochs))
    case .epoch(let summary):
      bar.clear()
      if !hasHeader { say(EpochTable.header) }
      hasHeader = true
      watched.append(recipe.options.monitor.figure(of: summary))
      let columns = Console.width - EpochTable.width - 1
      say(EpochTable.line(summary, curve: Sparkline.beside(watched, columns: columns)))
      for line in EpochTable.taskLines(summary, columns: Console.width) { say(line) }
      write(LogRecord.Epoch(summary: summary))
      for curves in curves { curves.write(summary, run: run, seed: seed) }
    case .states(let epoch, let distributions):
      write(LogRecord.States(epoch: epoch, distributions: distributions))
      for curves in curves { curves.write(distributions, epoch: epoch, run: run) }
    case .pruned(let summary):
      say(
        "pruned: \(summary.zeros.grouped) of \(summary.weights.grouped) weights of epoch \(summary.epoch) "
          + "are zero from now on")
      write(LogRecord.Pruned(summary: summary))
    case .reducedLearningRate(let rate): say("learning rate reduced to \(rate)")
    case .warning(let warning):
      let text = Self.text(warning, labels: labels)
      // The log has the warning for every run; the user sees a warning that follows from the recipe only
      // once.
      write(LogRecord.Warning(text: text))
      guard warned.insert(warning).inserted else { break }
      bar.clear()
      Console.warning(text)
    }
  }

  /// - Parameters:
  ///   - labels: the labels by task.
  ///   - hasClipping: whether there is a flag that limits the gradients' norm.
  static func text(
    _ warning: TrainingWarning, labels: [String: [String]], hasClipping: Bool = true
  ) -> String {
    switch warning {
    case .vanishingGradient(let name, let value):
      String(
        format: "the gradient of %@ vanishes (root mean square %.1e), so it hardly learns; fewer layers, "
          + "residual connections or normalisation help", name, value)
    case .explodingGradient(let name, let norm):
      String(
        format: "the gradient of %@ explodes (mean norm %.0f); a lower --learning-rate%@ helps", name, norm,
        hasClipping ? " or --clip-norm" : "")
    case .oneClass(let task, let label, let predicted, let share):
      String(
        format: "%@%.1f %% of the development texts are classified as “%@”, the label of %.1f %% of them",
        labels.count > 1 ? "\(DisplayText.escaped(task)): " : "", 100 * predicted,
        DisplayText.escaped(labels[task]?[label] ?? ""), 100 * share)
    case .accumulation(let count, .sharedMove):
      "--adversarial fgm perturbs each of the \(count) batches of --accumulate separately, so they differ "
        + "from one large batch; --adversarial fgm-sequence perturbs each text separately"
    case .accumulation(let count, .batchNorm):
      "--batch-norm normalises each of the \(count) batches of --accumulate separately, so they differ from "
        + "one large batch; --layer-norm depends on no batch"
    case .accumulation(let count, .batchNegatives):
      "each of the \(count) batches of --accumulate contrasts only its own examples, so they differ from one "
        + "large batch"
    case .skippedSteps(let epoch, let count, let all):
      "epoch \(epoch): \(count.grouped) of \(all.counted("step")) skipped, since the loss or its gradients "
        + "were not finite; a lower --learning-rate\(hasClipping ? " or --clip-norm" : "") helps"
    case .neverLearning(let epochs):
      "with --unfreeze-epochs the lowest layers are never trained in \(epochs.counted("epoch")); use more "
        + "--epochs"
    }
  }

  func say(_ text: String) {
    guard !corpus.quiet else { return }
    bar.clear()
    Console.line(text)
  }

  func write(_ value: some Encodable) {
    guard let log else { return }
    bar.clear()
    log.write(value)
  }
}
