import DiscernBundle
import DiscernModels
import DiscernText
import DiscernVocabulary

/// The words and the network that a language model learned from texts without labels, for classifiers to
/// begin with.
///
/// ```swift
/// let encoder = try PretrainedEncoder.train(on: Corpus(paths: ["reviews.txt.gz"], options: options))
/// try encoder.write(to: "pretrained")
/// let classifier = try TextClassifier.train(
///   on: corpus, pretrained: encoder, recipe: encoder.recipe(TrainingRecipe()))
/// ```
public struct PretrainedEncoder: Sendable {
  /// The words that it knows.
  public let vocabulary: Vocabulary
  /// How a text becomes words.
  public let tokenizer: TokenizerConfiguration
  /// Embedding, cell, units, layers and directions; all else is the classifier's own.
  public let network: RecurrentConfiguration
  /// How it came about.
  public let record: PretrainingRecord
  /// By a classifier's names.
  let weights: [(name: String, shape: [Int], values: [Float])]

  private typealias Folder = PretrainedFolder<PretrainingRecord>

  init(
    vocabulary: Vocabulary, tokenizer: TokenizerConfiguration, network: RecurrentConfiguration,
    weights: [(name: String, shape: [Int], values: [Float])], record: PretrainingRecord
  ) {
    self.vocabulary = vocabulary
    self.tokenizer = tokenizer
    self.network = network
    self.weights = weights
    self.record = record
  }

  /// Reads a folder, after checking all of it.
  ///
  /// - Throws: `DiscernError.folder`.
  public init(contentsOf path: String) throws(DiscernError) {
    let folder = try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try Folder(path: path) }
    self.init(
      vocabulary: folder.vocabulary, tokenizer: folder.tokenizer, network: folder.network,
      weights: folder.weights, record: folder.facts)
  }

  /// Writes the folder, replacing one of that kind and nothing else.
  ///
  /// - Throws: `DiscernError.folder`.
  @discardableResult
  public func write(to path: String) throws(DiscernError) -> SavedModel {
    try save(to: Self.checkDestination(path))
  }

  /// Writes the folder to a destination that was checked before, or else where it can be.
  ///
  /// - Throws: `DiscernError.folder`; with `BundleError.savedElsewhere`, it is whole at the path that this
  ///   names.
  public func save(to destination: ModelDestination) throws(DiscernError) -> SavedModel {
    let folder = Folder(
      vocabulary: vocabulary, tokenizer: tokenizer, network: network, weights: weights, facts: record)
    return try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try folder.save(to: destination)
    }
  }

  /// Tries all that saving there needs; asked before long work.
  ///
  /// - Throws: `DiscernError.folder`.
  public static func checkDestination(
    _ path: String, expectedBytes: Int = 0
  ) throws(DiscernError) -> ModelDestination {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try Folder.checkDestination(path, expectedBytes: expectedBytes)
    }
  }

  /// A recipe with the choices that these weights decide: the tokenizer and the network's shape.
  public func recipe(_ recipe: TrainingRecipe = TrainingRecipe()) -> TrainingRecipe {
    var result = recipe
    result.tokenizer = tokenizer
    result.encoder.recurrent = recipe.encoder.recurrent.beginning(with: network)
    return result
  }

  /// - Throws: `DiscernError.conflict`, naming the flag, where a recipe asks for another network or other
  ///   words.
  func requireFit(_ recipe: TrainingRecipe, hasVocabulary: Bool, hasVectors: Bool) throws(DiscernError) {
    if hasVocabulary || hasVectors {
      throw .conflict(
        "what was pretrained has its own words and their vectors; leave out "
          + (hasVocabulary ? hasVectors ? "--vocab and --vectors" : "--vocab" : "--vectors"))
    }
    try tokenizer.requireEqual(recipe.tokenizer, vocabulary: "what was pretrained")
    let differences = recipe.encoder.recurrent.differences(fromPretrained: network)
    if let first = differences.first {
      throw .conflict(
        "--\(first.name) \(first.own): the pretrained network has \(first.needed); leave --\(first.name) "
          + "out, or pretrain anew")
    }
  }

  /// The digest of the weights.
  var digest: String {
    FileDigest.of(weights.sorted { $0.name < $1.name }.flatMap(\.values)).sha256
  }
}
