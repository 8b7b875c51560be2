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
      Needs nothing but --train and --output. Ctrl-C finishes the step, saves the best weights so far and
      exits with 130; a second one ends at once.

      Examples:
        discern train --train reviews.tsv --output model
        discern train --train trec.tsv --task coarse --task fine --output model
        discern train --train emotions.tsv --multi-label , --output model
        discern train --train aclImdb --vectors glove.6B.100d.txt.xz --output model --epochs 10
      """)

  @Option(help: "Labelled texts: a file, a folder or an archive; may be repeated.")
  var train: [String]

  @Option(
    help: "Labelled texts to watch while training; may be repeated. Default: hold out a part of --train.")
  var dev: [String] = []

  @Option(help: "More texts, without labels, for --adversarial vat: one a line, or as --input-format says.")
  var unlabelled: [String] = []

  @Option(
    help: "A vocabulary file; it remembers its tokenizer. Default: build one from --train and --unlabelled.")
  var vocab: String?

  @Option(help: "Word vectors to begin from: GloVe, word2vec or fastText, text or binary, also compressed.")
  var vectors: String?

  @Option(help: "The folder to write the model to.")
  var output: String

  @Option(help: "Write a JSON object a line: the run, every epoch, the end.")
  var jsonLog: String?

  @OptionGroup var tasks: TaskArguments
  @OptionGroup var recipe: RecipeArguments
  @OptionGroup var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func run() throws {
    try reportingErrors {
      let vocabulary = try vocab.map { path in try Vocabulary(path: path).noting(path, quiet: corpus.quiet) }
      let recipe = try recipe.recipe(vocabulary: vocabulary, at: vocab, quiet: corpus.quiet)
      let destination = try TextClassifier.checkDestination(output)
      let options = try corpus.options(tasks)
      let log = try jsonLog.map { path in try Output(path: path) }
      var inputs = try Corpus(paths: train, options: options)
      var own: Corpus?
      if inputs.availableParts.contains(.train) {
        own = inputs.developmentPart
        inputs = try inputs.selecting(.train)
      }
      let development = dev.isEmpty ? own : try Corpus(paths: dev, options: options)
      let more = unlabelled.isEmpty ? nil : try Corpus(paths: unlabelled, options: corpus.textOptions())
      let compute = try computing.compute()
      let interruption = Interruption(
        message: "interrupted: finishing the step and saving the best weights; once more ends at once")
      let reporter = TrainReporter(
        corpus: corpus, recipe: recipe, kernels: compute.family.name, threads: compute.threadCount, log: log)
      let classifier: TextClassifier
      do {
        classifier = try TextClassifier.train(
          on: inputs, development: development, unlabelled: more, vocabulary: vocabulary, vectors: vectors,
          recipe: recipe, compute: compute, onStage: reporter.stage,
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
