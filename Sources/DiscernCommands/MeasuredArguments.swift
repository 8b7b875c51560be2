import ArgumentParser
import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernIO

/// The part of a folder or archive with `train` and `test`.
extension Corpus.Part: ExpressibleByArgument {}

/// The options for the texts and labels on which models are evaluated.
struct MeasuredPart: ParsableArguments {
  @Option(
    help: "Part to evaluate of an input with parts (train, test, dev or val). Default: test, or else dev.")
  var part: Corpus.Part?

  @Option(
    help: ArgumentHelp(
      "Task of the model and the column or key of its labels; may be repeated.", valueName: "[name=]column")
  )
  var task: [String] = []

  func validate() throws { _ = try TaskArguments.tasks(task) }

  /// - Parameters:
  ///   - classifier: the model whose columns apply by default.
  ///   - isOnce: whether the texts are read only once.
  func texts(
    _ paths: [String], for classifier: TextClassifier, _ corpus: CorpusArguments, isOnce: Bool = false
  ) throws -> Corpus {
    var options = corpus.options()
    options.labelColumns = try corpus.measuredColumns(of: classifier, tasks: task)
    options.trainedColumns = classifier.record.columns
    if isOnce { options = corpus.readingOnce(options) }
    let all = try Corpus(paths: paths, options: options)
    return try part.map { part in try all.selecting(part) } ?? all.selectingToMeasure()
  }
}

/// Warns if there are too few texts for meaningful intervals.
func warnOfFewTexts(_ count: Int) {
  guard Bootstrap.isTooFew(count) else { return }
  Console.warning(
    "\(count.counted("text")): too few for meaningful intervals and p-values; evaluate on some hundreds")
}

/// The data and the thresholds of an evaluation.
struct MeasuredArguments: ParsableArguments {
  @Option(help: "Labelled texts: a file, a folder or an archive; may be repeated.", completion: .file())
  var data: [String]

  @OptionGroup var selection: MeasuredPart

  @Option(help: "Decision threshold for all labels of multi-label tasks, instead of each label's own.")
  var thresholds: Float?

  func validate() throws {
    if let thresholds, !(thresholds >= 0 && thresholds <= 1) {
      throw ValidationError("--thresholds \(thresholds): expected 0 to 1")
    }
  }

  /// - Throws: `ValidationError` for thresholds if the model has none.
  func requireUse(of classifier: TextClassifier) throws {
    if thresholds != nil, classifier.tasks.allSatisfy({ $0.thresholds == nil }) {
      throw ValidationError("--thresholds: the model assigns one label to each text and has no thresholds")
    }
  }
}
