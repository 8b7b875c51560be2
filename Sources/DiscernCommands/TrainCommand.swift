import ArgumentParser
import Discern
import DiscernBatching
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary
import Foundation

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a classifier on labelled texts.",
    discussion: """
      Needs nothing but --train and --output. Ctrl-C finishes the step, saves the best weights so far and \
      exits with 130; a second one ends at once.

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

  func run() throws {
    try reportingErrors {
      let vocabulary = try more.vocab.map { path in
        try Vocabulary(path: path).noting(path, quiet: corpus.quiet)
      }
      let recipe = try recipe.recipe(vocabulary: vocabulary, at: more.vocab, quiet: corpus.quiet)
      let destination = try TextClassifier.checkDestination(output)
      let options = try corpus.options(tasks)
      let log = try more.jsonLog.map { path in try Output(path: path) }
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
      let interruption = Interruption(
        message: "interrupted: finishing the step and saving the best weights; once more ends at once")
      let reporter = TrainReporter(
        corpus: corpus, recipe: recipe, kernels: compute.family.name, threads: compute.threadCount, log: log)
      let classifier: TextClassifier
      do {
        classifier = try TextClassifier.train(
          on: inputs, development: own, unlabelled: unlabelled, vocabulary: vocabulary,
          vectors: vectors,
          recipe: recipe, destination: destination, compute: compute, onStage: reporter.stage,
          isInterrupted: { interruption.isRequested })
      } catch {
        reporter.clear()
        throw error
      }
      try reporter.finish()
      let saved = try classifier.save(to: destination)
      for note in saved.notes { Console.warning("\(note)") }
      try reporter.end(classifier, path: saved.path)
      if classifier.record.outcome == .interrupted { throw ExitStatus.interrupted }
    }
  }
}
