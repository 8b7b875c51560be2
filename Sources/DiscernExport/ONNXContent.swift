import Discern
import DiscernBundle
import DiscernCorpus
import DiscernText
import DiscernVocabulary

/// The content of an export's manifest: everything that determines how texts become the graph's inputs, and
/// its outputs become answers.
struct ONNXContent: Codable {
  static let vocabularyFile = "vocabulary.txt"
  static let piecesFile = "pieces.txt"
  static let ngramsFile = "ngrams.txt"
  /// The n-grams with weights.
  static let presentFile = "ngrams.safetensors"

  let kind: ModelKind
  let weights: String
  let tokenizer: TokenizerConfiguration
  /// The word pieces that a transformer reads instead of words; nil for other models.
  let pieces: PieceContent?
  let maximumTokens: Int?
  let truncation: Truncation
  /// The number of words, or of rows in a transformer's table; nil for n-grams alone.
  let vocabularySize: Int?
  let subwordBuckets: Int?
  /// Whether the graph reads texts sentence by sentence; nil: it does not.
  let dividesSentences: Bool?
  /// The inputs of word-based networks in addition to a transformer; nil without any. Letters and sentences
  /// are then theirs.
  let companion: Companion?
  /// The digest that `discern encode` writes with a text's numbers; nil in exports of earlier versions.
  let source: String?
  let tasks: [ClassificationTask]
  /// The columns of the training data.
  let columns: TableColumns?

  /// The settings by which texts become the ids of word-based networks in addition to a transformer.
  struct Companion: Codable {
    let maximumTokens: Int?
    let truncation: Truncation
    let vocabularySize: Int
  }

  init(_ classifier: TextClassifier, _ options: ONNXOptions) {
    kind = classifier.kind
    weights = (options.weights ?? (classifier.model.isQuantized ? .int8 : .float32)).rawValue
    tokenizer = classifier.encoder.tokenizer.configuration
    pieces = classifier.encoder.pieces.map(PieceContent.init)
    maximumTokens = classifier.encoder.maximumTokens
    truncation = classifier.encoder.truncation
    vocabularySize = classifier.networks.first?.configuration.vocabularySize
    let words = classifier.encoder.companion ?? classifier.encoder
    subwordBuckets = words.letters?.count
    dividesSentences = words.dividesSentences ? true : nil
    companion = classifier.encoder.companion.map {
      Companion(
        maximumTokens: $0.maximumTokens, truncation: $0.truncation, vocabularySize: $0.vocabulary.count)
    }
    source = TextInputSource(classifier).digest
    tasks = classifier.tasks
    columns = classifier.record.columns
  }
}
