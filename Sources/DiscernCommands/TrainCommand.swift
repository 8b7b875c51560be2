import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary
import Foundation

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a classifier on labelled texts.",
    discussion: """
      Needs nothing but --train and --output. Ctrl-C finishes the step and exits with 130; a second one \
      ends at once. A training that was interrupted, or whose loss stopped being a number, saves its best \
      epoch where there is no model yet, and never replaces one.

      Examples:
        discern train --train reviews.tsv --output model
        discern train --train trec.tsv --task coarse --task fine --output model
        discern train --train emotions.tsv --multi-label , --output model
        discern train --train aclImdb --vectors glove.txt.xz --output model
      """)

  @Option(
    help: ArgumentHelp(
      "Labelled texts: a file, a folder or an archive; may be repeated.", valueName: "path"))
  var train: [String]

  @Option(help: ArgumentHelp("The folder to write the model to.", valueName: "folder"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Labelled texts to watch while training; may be repeated. Default: hold out a part of --train.",
      valueName: "path"))
  var dev: [String] = []

  @Option(
    help: ArgumentHelp(
      "Word vectors to begin from: GloVe, word2vec or fastText, text or binary, also compressed.",
      valueName: "path"))
  var vectors: String?

  @OptionGroup var tasks: TaskArguments
  @OptionGroup var recipe: RecipeArguments
  @OptionGroup(title: "More options") var more: MoreTrainArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup(title: "More options") var computing: ComputeArguments

  /// Whether there is more than nothing or an empty folder.
  private static func isTaken(_ path: String) -> Bool {
    guard let entry = FolderEntry(path: path) else { return false }
    return entry.kind != .folder || (try? FolderEntry.names(in: RawPath(path)).isEmpty) != true
  }

  /// What is read, but not the parts of folders.
  private func inputPaths(_ recipe: TrainingRecipe) -> [String] {
    train + dev + more.unlabelled + [more.vocab, vectors, self.recipe.file].compactMap(\.self)
      + recipe.classWeights.values.compactMap { if case .file(let path) = $0 { path } else { nil } }
  }

  func run() throws {
    try reportingErrors {
      let interruption = Interruption()
      let vocabulary = try more.vocab.map { path in
        try Vocabulary(path: path).noting(path, quiet: corpus.quiet)
      }
      let recipe = try recipe.recipe(vocabulary: vocabulary, at: more.vocab, quiet: corpus.quiet)
      let destination = try TextClassifier.checkDestination(output)
      let options = try corpus.options(tasks)
      var inputs = try Corpus(paths: train, options: options)
      var own: Corpus?
      if inputs.availableParts.contains(.train) {
        own = inputs.developmentPart
        inputs = try inputs.selecting(.train)
      }
      if !dev.isEmpty {
        let given = try Corpus(paths: dev, options: options)
        own = given.availableParts.contains(.development) ? try given.selecting(.development) : given
      }
      let unlabelled =
        more.unlabelled.isEmpty
        ? nil : try Corpus(paths: more.unlabelled, options: corpus.textOptions())
      let compute = try computing.compute()
      let log = try more.jsonLog.map { path in
        try TrainingLog(path: path, inputs: inputPaths(recipe), model: output)
      }
      let reporter = TrainReporter(
        corpus: corpus, recipe: recipe, kernels: compute.family.name, threads: compute.threadCount, log: log)
      let classifier: TextClassifier
      do throws(DiscernError) {
        classifier = try TextClassifier.train(
          on: inputs, development: own, unlabelled: unlabelled, vocabulary: vocabulary,
          vectors: vectors, recipe: recipe, destination: destination, compute: compute,
          onStage: { stage in
            if case .training(.began) = stage { interruption.beginTraining() }
            reporter.stage(stage)
          },
          isInterrupted: { interruption.isRequested })
      } catch {
        reporter.clear()
        guard case .interrupted = error else { throw error }
        Console.error("interrupted before an epoch was complete: nothing was written")
        throw ExitCode(interruption.exitStatus)
      }
      let outcome = classifier.record.outcome
      let isSaved = outcome.isByItself || !Self.isTaken(output)
      let saved = isSaved ? try classifier.save(to: destination) : nil
      for note in saved?.notes ?? [] { Console.warning("\(note)") }
      try reporter.end(classifier, path: output, isSaved: isSaved)
      switch outcome {
      case .completed, .stoppedEarly:
        if interruption.isRequested { Console.line("the training had come to its end; its model is saved") }
      case .interrupted: throw ExitCode(interruption.exitStatus)
      case .diverged: throw ExitStatus.badData
      }
    }
  }
}
