import ArgumentParser
import Discern
import DiscernCorpus
import DiscernVocabulary

/// Inputs of training other than its labelled texts, the same for a single training run, for the trials of a
/// search and for folds.
struct SourceArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Unlabelled texts for --self-train, --teacher or --adversarial vat: one per line, or as --input-format "
        + "says.",
      valueName: "path"), completion: .file())
  var unlabelled: [String] = []

  @Option(
    help: ArgumentHelp(
      "Column or key of groups, such as films, users or threads: texts of one group are never divided "
        + "between training and development.", valueName: "column"))
  var groupColumn: String?

  @Option(
    help: ArgumentHelp(
      "Vocabulary file; includes its tokenizer settings. Default: build one from --train and --unlabelled.",
      valueName: "path"), completion: .file())
  var vocab: String?

  @Option(
    help: ArgumentHelp(
      "Start from a model of discern pretrain (vocabulary, tokenizer, word vectors, layers), or from the "
        + "folder of a pretrained BERT, MiniLM or DistilBERT, as downloaded.",
      valueName: "folder"), completion: .directory)
  var pretrained: String?

  @Option(
    help: ArgumentHelp(
      "Distillation: a model of the same tasks and labels whose probabilities are learned too, also for the "
        + "texts of --unlabelled.", valueName: "model"), completion: .file())
  var teacher: String?

  func validate() throws {
    if groupColumn == "" {
      throw ValidationError("--group-column is empty: columns are named, or numbered from 1")
    }
  }

  /// The given options that determine settings of a recipe, without dashes.
  var decisive: Set<String> {
    let given = [("vocab", vocab != nil), ("pretrained", pretrained != nil), ("teacher", teacher != nil)]
    return Set(given.filter(\.1).map(\.0))
  }

  /// The paths of the inputs.
  var paths: [String] { unlabelled + [vocab, pretrained, teacher].compactMap(\.self) }

  /// The content of the paths.
  struct Opened {
    let vocabulary: Vocabulary?
    let pretrained: PretrainedEncoder?
    let teacher: TextClassifier?
  }

  /// Reads all inputs except the texts, and reports notes on them.
  func opened(quiet: Bool) throws -> Opened {
    Opened(
      vocabulary: try vocab.map { path in try Vocabulary(path: path).noting(path, quiet: quiet) },
      pretrained: try pretrained.map { path in try PretrainedEncoder(contentsOf: path).noting(path) },
      teacher: try teacher.map { path in try TextClassifier(contentsOf: path) })
  }

  /// The texts without labels, if there are any.
  func unlabelledTexts(_ corpus: CorpusArguments) throws -> Corpus? {
    unlabelled.isEmpty ? nil : try Corpus(paths: unlabelled, options: corpus.textOptions())
  }
}
