import ArgumentParser
import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernTraining

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Evaluate a model on labelled texts.",
    discussion: """
      If the data is a folder or archive with parts (train, test, dev or val), test is evaluated, or else \
      dev. A model with several tasks reads their labels from the columns that it was trained on; --task \
      names other columns, or selects some of the tasks.

      --errors writes one line for each misclassified text, the most confident first: file, line, true and \
      predicted label, probability and text, and the task if there are several. It is a tab-separated table \
      with a header, in which tabs, line breaks and backslashes are escaped; a file that ends in .jsonl gets \
      JSON Lines. Sets of labels are joined by their separator, or lists in JSON.

      Examples:
        discern evaluate model --data test.tsv
        discern evaluate model --data aclImdb.tar.gz --json
        discern evaluate model --data test.tsv --errors errors.tsv
        discern evaluate model --data test.tsv --update-card
        discern evaluate model --data test.tsv --perturb typos=0.1,drop=0.2
        discern evaluate model --data trec.tsv --task fine=2
      """)

  @Argument(help: "Model folder, or a file made by discern pack.")
  var model: String

  @OptionGroup var measuring: MeasuredArguments

  @Option(
    name: .customLong("perturb"), defaultAsFlag: "typos=0.1,drop=0.1,swap=0.1",
    help: ArgumentHelp(
      "Also evaluate on perturbed texts: probabilities that a word gets a typo, is dropped, or is swapped "
        + "with the next one.",
      valueName: "typos=0.1,drop=0.1,swap=0.1"))
  var perturbations: String?

  @Option(help: "Seed of the random number generator for --perturb.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Write misclassified texts to this file, most confident first: TSV, or JSON Lines if it ends in "
        + ".jsonl.",
      valueName: "path"), completion: .file())
  var errors: String?

  @Option(
    help: ArgumentHelp(
      "Evaluate with early exit, as with classify --exit-confidence.", valueName: "probability"))
  var exitConfidence: Float?

  @Flag(help: "Write the figures to the model card (README.md in the model folder), replacing earlier ones.")
  var updateCard = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    let given = [
      ("--errors", errors != nil), ("--perturb", perturbations != nil), ("--update-card", updateCard),
      ("--thresholds", measuring.thresholds != nil),
    ]
    if exitConfidence != nil, let (flag, _) = given.first(where: \.1) {
      throw ValidationError("--exit-confidence and \(flag): give one of them")
    }
    if updateCard, measuring.thresholds != nil {
      throw ValidationError(
        "--update-card records figures at the model's own thresholds; leave out --thresholds")
    }
  }

  func run() throws {
    try reportingErrors {
      let perturbations = try perturbations.map { text in try TextPerturbation.list(text) }
      let classifier = try TextClassifier(contentsOf: model)
      if updateCard { try ModelCard.requireUpdatable(ofModel: model) }
      warnAboutICU(of: classifier)
      if measuring.thresholds != nil, perturbations != nil {
        throw ValidationError("--thresholds and --perturb: give one of them")
      }
      try measuring.requireUse(of: classifier)
      let inputs = try measuring.selection.texts(
        measuring.data, for: classifier, corpus, isOnce: perturbations == nil && errors == nil)
      let list = try errors.map { path in
        try JudgedTextList(
          "--errors", path: path, columns: JudgedText.Column.ofWrong, beside: "the report",
          apartFrom: measuring.data + [model])
      }
      let compute = try computing.compute()
      let robustness = try perturbations.map { list in
        try classifier.robustness(on: inputs, perturbations: list, seed: seed, compute: compute)
      }
      let (report, encoded, wrong, exits, steps) = try measured(classifier, inputs, compute)
      corpus.report(encoded.reading, part: "data")
      reportCuts(
        encoded.summary, hasNetwork: classifier.kind.hasNetwork, part: "data", quiet: corpus.quiet)
      if let list, let wrong {
        let names = inputs.options.labelColumns.map(\.task)
        try list.write(
          wrong.map { JudgedText($0) }, of: classifier.tasks.filter { names.contains($0.name) })
      }
      let output = Output.standard()
      if json {
        try output.json(
          WithMember(
            base: WithMember(
              base: WithMember(base: report, name: "robustness", member: robustness), name: "exits",
              member: exits), name: "steps", member: steps))
      } else {
        try output.write(report.table(width: Console.width))
        if let robustness { for line in [""] + Self.lines(robustness) { try output.line(line) } }
      }
      try output.flush()
      if updateCard { try classifier.updateCard(ofModel: model, report, on: inputs, encoded.summary) }
    }
  }

  /// The results, with the wrong texts if they are to be listed.
  private func measured(
    _ classifier: TextClassifier, _ inputs: Corpus, _ compute: Compute
  ) throws -> (EvaluationReport, EncodedCorpus, [WrongText]?, ExitCounts?, StepCounts?) {
    var steps: StepCounts?
    defer { if let steps, !corpus.quiet { Console.line(steps.note) } }
    if errors != nil {
      let (report, data, wrong) = try classifier.evaluateListingErrors(
        on: inputs, threshold: measuring.thresholds, compute: compute, onSteps: { steps = $0 })
      return (report, data, wrong, nil, steps)
    }
    var exits: ExitCounts?
    let (report, data) = try classifier.evaluate(
      on: inputs, threshold: measuring.thresholds, exitConfidence: exitConfidence, compute: compute,
      onExits: { exits = $0 }, onSteps: { steps = $0 })
    if exitConfidence == nil { return (report, data, nil, nil, steps) }
    if !corpus.quiet { for line in exits?.notes(of: classifier) ?? [] { Console.line(line) } }
    return (report, data, nil, exits, steps)
  }

  private static func lines(_ report: RobustnessReport) -> [String] {
    func cells(_ figures: RobustnessReport.Figures) -> [String] {
      [figures.accuracy, figures.macroF1, figures.logLoss].map { String(format: "%.4f", $0) }
    }
    var table = Table()
    table.add(["texts", "rate", "accuracy", "macro F1", "log loss", "same prediction"])
    table.add(["clean", ""] + cells(report.clean) + [""])
    for row in report.perturbed {
      table.add(
        [row.kind.rawValue, "\(row.rate)"] + cells(row.figures) + [String(format: "%.4f", row.samePrediction)]
      )
    }
    return table.lines
  }
}

/// Reports the share of texts that were cut, and texts that are empty.
///
/// - Parameter hasNetwork: whether there is a network, which has a vocabulary and a length limit.
func reportCuts(
  _ summary: EncodingSummary, hasNetwork: Bool, part: String, quiet: Bool
) {
  guard !quiet else { return }
  let limit = hasNetwork ? summary.lengthLimit : nil
  if let limit, summary.cutTexts > 0 {
    Console.line(
      String(
        format: "%@: %.1f %% of the texts (%@) are longer than %d tokens and were cut", part,
        100 * summary.cutShare, summary.cutTexts.grouped, limit))
  }
  Console.line(
    String(
      format: hasNetwork ? "%@: %@ tokens, %.2f %% unknown" : "%@: %@ tokens", part,
      (hasNetwork ? summary.keptTokens : summary.tokens).grouped, 100 * summary.unknownShare))
  if summary.emptyTexts > 0 {
    Console.warning("\(part): \(summary.emptyTexts.grouped) texts have no words")
  }
}

/// Warns if training was not completed, or if the model was trained with another version of ICU, which may
/// divide some texts into other words.
func warnAboutICU(of classifier: TextClassifier) {
  warnIfUnfinished(classifier)
  warnAboutICU(of: classifier.encoder.tokenizer.configuration)
}

/// Warns if the tokenizer was used with another version of ICU in training.
func warnAboutICU(of configuration: TokenizerConfiguration) {
  if !configuration.matchesRunningICU {
    Console.warning(
      "the model was trained with ICU \(configuration.icuVersion), this machine has another version: some "
        + "texts may be tokenized differently")
  }
}

/// Reports if training was interrupted or diverged.
func warnIfUnfinished(_ classifier: TextClassifier) {
  switch classifier.record.outcome {
  case .completed, .stoppedEarly: break
  case .interrupted: Console.warning("the training of this model was interrupted; consider repeating it")
  case .diverged:
    Console.warning("the loss or its gradients became infinite or NaN at the end of this model's training")
  }
}
