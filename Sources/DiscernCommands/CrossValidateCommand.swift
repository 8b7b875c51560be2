import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernTraining
import DiscernVocabulary

struct CrossValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cross-validate",
    abstract: "Estimate by cross-validation how well training works on labelled texts.",
    discussion: """
      Divides the texts into folds, stratified by label, and trains once per fold: on all other folds, \
      evaluating on this one. Everything that train does, from building the vocabulary to selecting the best \
      epoch, uses the other folds only, part of which serves as development texts (so there is no --dev). \
      With --group-column, texts of one group stay in one fold; with --dev-split near-duplicates, \
      near-duplicates do. --seed determines the folds. No model is saved.

      --predictions writes the out-of-fold predictions in the order of the data: number of the text, file, \
      line, fold, true and predicted label, and probability. It is a tab-separated table; a file that ends \
      in .jsonl gets JSON Lines with the probabilities of all labels.

      Examples:
        discern cross-validate --train reviews.tsv
        discern cross-validate --train reviews.tsv --folds 10 --predictions p.tsv
        discern cross-validate --train reviews.tsv --group-column film --json
      """)

  @Option(
    help: ArgumentHelp(
      "Labelled texts: a file, a folder or an archive; may be repeated.", valueName: "path"),
    completion: .file())
  var train: [String]

  @Option(help: ArgumentHelp("Number of folds.", valueName: "number"))
  var folds = 5

  @Option(
    help: ArgumentHelp(
      "Write the out-of-fold predictions to this file: TSV, or JSON Lines if it ends in .jsonl.",
      valueName: "path"), completion: .file())
  var predictions: String?

  @Option(
    help: ArgumentHelp("Pretrained word vectors, as for train.", valueName: "path"), completion: .file())
  var vectors: String?

  @Option(help: .hidden)
  var dev: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var sources: SourceArguments
  @OptionGroup var tasks: TaskArguments
  @OptionGroup var recipe: RecipeArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if !(2...1000).contains(folds) { throw ValidationError("--folds \(folds): expected 2 to 1000") }
    if !dev.isEmpty {
      throw ValidationError(
        "--dev: each fold uses a part of the other folds as development texts; leave it out, or add its "
          + "texts with another --train")
    }
  }

  func run() throws {
    try reportingErrors {
      let interruption = Interruption()
      let opened = try sources.opened(quiet: corpus.quiet)
      let recipe = try recipe.recipe(
        pretrained: opened.pretrained, beside: sources.decisive, vocabulary: opened.vocabulary,
        at: sources.vocab, quiet: corpus.quiet)
      let inputs = train + sources.paths + [vectors, self.recipe.file].compactMap(\.self)
      let list = try predictions.map { path in
        try JudgedTextList(
          "--predictions", path: path, columns: JudgedText.Column.ofFolds, beside: "the figures",
          apartFrom: inputs)
      }
      let reporter = CrossValidationReporter(corpus: corpus, folds: folds)
      do {
        let result = try TextClassifier.crossValidate(
          on: labelled(), recipe: recipe, folds: folds,
          unlabelled: sources.unlabelledTexts(corpus), vocabulary: opened.vocabulary, vectors: vectors,
          pretrained: opened.pretrained, teacher: opened.teacher, compute: computing.compute(),
          onStage: reporter.stage, onFold: reporter.fold, isInterrupted: { interruption.isRequested })
        try list?.write(result.predictions.map { JudgedText($0) }, of: result.tasks)
        try reporter.end(result, isJSON: json)
        if result.folds.contains(where: { $0.record.outcome == .diverged }) { throw ExitStatus.diverged }
      } catch DiscernError.interrupted {
        reporter.clear()
        Console.error("interrupted: nothing was written; the same command starts over")
        throw ExitCode(interruption.exitStatus)
      }
    }
  }

  /// The labelled texts; of inputs with parts, the training part.
  private func labelled() throws -> Corpus {
    var options = try corpus.options(tasks)
    options.groupColumn = sources.groupColumn.map { ColumnSelector($0) }
    let inputs = try Corpus(paths: train, options: options)
    guard inputs.availableParts.contains(.train) else { return inputs }
    let others = inputs.availableParts.filter { $0 != .train }.map(\.rawValue)
    if !others.isEmpty, !corpus.quiet {
      Console.line("only the part train is cross-validated; left out: " + others.joined(separator: ", "))
    }
    return try inputs.selecting(.train)
  }
}
