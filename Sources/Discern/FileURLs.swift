import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernSystem
import DiscernTensor
import DiscernVocabulary

// `URL` versions of all functions that take a path: each passes its path to the version that takes a
// `String`.

extension URL {
  /// The path of a file URL; any other URL as a string, so that error messages show it.
  fileprivate var filePath: String { isFileURL ? path : absoluteString }
}

extension TextClassifier {
  /// Loads a model's folder, after checking all of it.
  ///
  /// - Throws: `DiscernError.folder`.
  public init(contentsOf url: URL) throws(DiscernError) { try self.init(contentsOf: url.filePath) }

  /// Writes the model's folder; see `write(to:)` with a path.
  @discardableResult
  public func write(to url: URL, card: ModelCard? = nil) throws(DiscernError) -> SavedModel {
    try write(to: url.filePath, card: card)
  }

  /// Checks that a model can be saved there; see the form with a path.
  @discardableResult
  public static func checkDestination(
    _ url: URL, expectedBytes: Int = 0, reference: URL? = nil
  ) throws(DiscernError) -> ModelDestination {
    try checkDestination(url.filePath, expectedBytes: expectedBytes, reference: reference?.filePath)
  }

  /// Trains a classifier from labelled files, folders or archives; see the form with paths.
  public static func train(
    on urls: [URL], recipe: TrainingRecipe = TrainingRecipe(), compute: Compute = Compute(),
    onStage: (TrainingStage) -> Void = { _ in }
  ) throws(DiscernError) -> TextClassifier {
    try train(on: urls.map(\.filePath), recipe: recipe, compute: compute, onStage: onStage)
  }

  /// Measures the classifier on labelled files, folders or archives; see the form with paths.
  public func evaluate(
    on urls: [URL], compute: Compute = Compute()
  ) throws(DiscernError) -> (report: EvaluationReport, data: EncodedCorpus) {
    try evaluate(on: urls.map(\.filePath), compute: compute)
  }
}

extension TrainingRecipe {
  /// Reads a recipe's file; see the form with a path.
  public init(contentsOf url: URL) throws(DiscernError) { try self.init(contentsOf: url.filePath) }
}

extension Corpus {
  /// Labelled texts in files, folders or archives; see the form with paths.
  public init(
    contentsOf urls: [URL], options: CorpusOptions = CorpusOptions(), part: Part = .all
  ) throws(CorpusError) {
    try self.init(paths: urls.map(\.filePath), options: options, part: part)
  }
}

extension Vocabulary {
  /// Reads a vocabulary's file; see the form with a path.
  public init(contentsOf url: URL) throws(VocabularyError) { try self.init(path: url.filePath) }

  /// Writes a vocabulary's file; see the form with a path.
  public func write(to url: URL) throws(VocabularyError) { try write(to: url.filePath) }
}

extension WordVectors {
  /// Reads the vectors of a vocabulary's words from a file; see the form with a path.
  public static func load(
    contentsOf url: URL, vocabulary: Vocabulary?, dimension: Int? = nil, seed: UInt64
  ) throws(WordVectorsError) -> WordVectors {
    try load(path: url.filePath, vocabulary: vocabulary, dimension: dimension, seed: seed)
  }
}
