import DiscernBundle
import DiscernModels
import DiscernText
import DiscernVocabulary

/// The starting point of classifiers: the vocabulary and the network of a language model trained on
/// unlabelled texts, or a downloaded pretrained transformer.
///
/// ```swift
/// let encoder = try PretrainedEncoder(contentsOf: "all-MiniLM-L6-v2")
/// let classifier = try TextClassifier.train(
///   on: corpus, pretrained: encoder, recipe: encoder.recipe())
/// ```
public struct PretrainedEncoder: Sendable {
  /// The results of pretraining a language model.
  public struct Learned: Sendable {
    /// The vocabulary.
    public let vocabulary: Vocabulary
    /// The division of texts into words.
    public let tokenizer: TokenizerConfiguration
    /// Embedding, cell, units, layers and directions; all other settings concern only the classifier.
    public let network: RecurrentConfiguration
    /// How it was trained.
    public let record: PretrainingRecord
    /// The weights, named as in a classifier.
    let weights: [(name: String, shape: [Int], values: [Float])]
    /// The weights that predict the next word, named as in `NextWordModel.outputShapes`; nil for a folder of
    /// an earlier version, and if pretraining was interrupted.
    let output: [(name: String, shape: [Int], values: [Float])]?

    /// Whether it can continue texts (`TextGenerator`).
    public var tellsNextWords: Bool { output != nil }
  }

  private enum Kind: Sendable {
    case languageModel(Learned)
    case transformer(TransformerFolder)
  }

  private let kind: Kind

  private typealias Folder = PretrainedFolder<PretrainingRecord>

  init(
    vocabulary: Vocabulary, tokenizer: TokenizerConfiguration, network: RecurrentConfiguration,
    weights: [(name: String, shape: [Int], values: [Float])],
    output: [(name: String, shape: [Int], values: [Float])]?, record: PretrainingRecord
  ) {
    kind = .languageModel(
      Learned(
        vocabulary: vocabulary, tokenizer: tokenizer, network: network, record: record, weights: weights,
        output: output))
  }

  private init(_ folder: TransformerFolder) { kind = .transformer(folder) }

  /// The results of a language model; nil for a transformer.
  public var languageModel: Learned? {
    if case .languageModel(let model) = kind { model } else { nil }
  }

  /// The shape of a transformer; nil for a language model.
  public var transformer: TransformerConfiguration? { transformerFolder?.model.configuration }

  var transformerFolder: TransformerFolder? {
    if case .transformer(let folder) = kind { folder } else { nil }
  }

  /// Reads a folder written by `discern pretrain`, after checking all of it, or one in the format of Hugging
  /// Face or sentence-transformers (`TextEmbedder`), which has a `config.json`.
  ///
  /// - Throws: `DiscernError.folder`, `.transformer`.
  public init(contentsOf path: String) throws(DiscernError) {
    if TransformerFolder.isThere(path) {
      self.init(
        try wrapping(DiscernError.transformer) { () throws(TransformerFolderError) in
          try TransformerFolder(path: path)
        })
      return
    }
    let folder = try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try Folder(path: path) }
    self.init(
      vocabulary: folder.vocabulary, tokenizer: folder.tokenizer, network: folder.network,
      weights: folder.weights, output: folder.output, record: folder.facts)
  }

  /// Writes a language model's folder, replacing an existing one of that kind and nothing else.
  ///
  /// - Throws: `DiscernError.folder`; `.conflict` for a transformer, which is not written.
  @discardableResult
  public func write(to path: String) throws(DiscernError) -> SavedModel {
    try save(to: Self.checkDestination(path))
  }

  /// Writes the folder to a destination checked beforehand, or to another place if that fails.
  ///
  /// - Throws: `DiscernError.folder`; with `BundleError.savedElsewhere`, the folder is complete at the path
  ///   named there. `.conflict` for a transformer, which is not written.
  public func save(to destination: ModelDestination) throws(DiscernError) -> SavedModel {
    guard let model = languageModel else {
      throw .conflict("a pretrained transformer cannot be written; copy its folder")
    }
    let folder = Folder(
      vocabulary: model.vocabulary, tokenizer: model.tokenizer, network: model.network,
      weights: model.weights, output: model.output, facts: model.record)
    return try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try folder.save(to: destination)
    }
  }

  /// Checks, before long work, that saving there will be possible.
  ///
  /// - Throws: `DiscernError.folder`.
  public static func checkDestination(
    _ path: String, expectedBytes: Int = 0
  ) throws(DiscernError) -> ModelDestination {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try Folder.checkDestination(path, expectedBytes: expectedBytes)
    }
  }

  /// A recipe with the settings that these weights fix: the kind of network, or the tokenizer and the
  /// network's shape.
  public func recipe(_ recipe: TrainingRecipe = TrainingRecipe()) -> TrainingRecipe {
    var result = recipe
    guard let model = languageModel else {
      if result.model != .recurrent { result.network = .transformer }
      return result
    }
    result.tokenizer = model.tokenizer
    result.encoder = recipe.encoder.beginning(with: model.network)
    return result
  }

  /// - Throws: `DiscernError.conflict`, naming the flag, if a recipe requires another network or other words.
  func requireFit(_ recipe: TrainingRecipe, hasVocabulary: Bool, hasVectors: Bool) throws(DiscernError) {
    if hasVocabulary || hasVectors {
      throw .conflict(
        "the pretrained model has its own vocabulary and vectors; leave out "
          + (hasVocabulary ? hasVectors ? "--vocab and --vectors" : "--vocab" : "--vectors"))
    }
    guard let model = languageModel else { return try requireTransformer(recipe) }
    if recipe.isTransformer {
      throw .conflict(
        "--pretrained is a folder of discern pretrain, which has a recurrent network; leave out "
          + (recipe.model == .transformer ? "--model transformer" : "--encoder transformer"))
    }
    if recipe.network == .attention {
      throw .conflict(
        "--encoder attention has no recurrent layers, but the --pretrained folder of discern pretrain has "
          + "some; give --encoder hybrid, or leave it out")
    }
    try model.tokenizer.requireEqual(recipe.tokenizer, vocabulary: "the pretrained model")
    let differences = recipe.encoder.differences(fromPretrained: model.network)
    if let first = differences.first {
      throw .conflict(
        "--\(first.name) \(first.own): the pretrained network has \(first.needed); leave --\(first.name) "
          + "out, or pretrain again")
    }
  }

  /// Throws early those errors that a complete recipe would blame on flags that were not given.
  ///
  /// - Parameters:
  ///   - givesNetwork: whether the kind of network was given, and not taken from these weights.
  ///   - grows: whether there is also a model to grow from.
  package func requireFit(_ recipe: TrainingRecipe, givesNetwork: Bool, grows: Bool) throws(DiscernError) {
    if grows { throw Self.twoBeginnings }
    if transformer != nil, !givesNetwork, recipe.model == .recurrent { try requireTransformer(recipe) }
  }

  static var twoBeginnings: DiscernError {
    .conflict("a model starts from --grow-from or from --pretrained; leave one of them out")
  }

  private func requireTransformer(_ recipe: TrainingRecipe) throws(DiscernError) {
    if !recipe.isTransformer {
      throw .conflict(
        "--pretrained is a transformer, but the network of this recipe is recurrent; give --model "
          + (recipe.model == .recurrent ? "transformer, or joined" : "joined with --encoder transformer"))
    }
    if let layers = transformer?.layerCount, recipe.unfrozenLayers > layers {
      throw .conflict("--unfreeze \(recipe.unfrozenLayers): the transformer has \(layers) layers")
    }
  }

  /// The digest of the weights and, for a transformer, of everything that determines a text's vector.
  var digest: String {
    switch kind {
    case .languageModel(let model):
      FileDigest.of(model.weights.sorted { $0.name < $1.name }.flatMap(\.values)).sha256
    case .transformer(let folder): folder.digest
    }
  }
}
