import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernText
import DiscernVocabulary

/// Labelled texts as ids in a folder of shards; training data may be larger than memory.
///
/// ```swift
/// try PackedTexts.pack(Corpus(paths: ["reviews.tsv"]), to: "shards")
/// let packed = try PackedTexts(contentsOf: "shards")
/// let classifier = try TextClassifier.train(on: packed, recipe: packed.recipe())
/// ```
public struct PackedTexts: Sendable {
  package let folder: ShardFolder

  /// Reads the whole folder once and checks it; training texts stay on disk.
  ///
  /// - Throws: `DiscernError.folder`.
  public init(contentsOf path: String) throws(DiscernError) {
    folder = try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try ShardFolder(path: path) }
  }

  /// Whether the folder's manifest declares packed texts.
  public static func isOne(_ path: String) -> Bool { ShardFolder.isOne(path) }

  /// The folder's path.
  public var path: String { folder.path }
  /// The vocabulary; its words were produced by `tokenizer`.
  public var vocabulary: Vocabulary { folder.vocabulary }
  /// How texts were divided into words.
  public var tokenizer: TokenizerConfiguration { folder.content.tokenizer }
  /// The length to which longer texts were cut; nil: no text was cut.
  public var maximumTokens: Int? { folder.content.maximumTokens }
  /// The tasks and their labels.
  public var tasks: [ClassificationTask] { folder.content.tasks }
  /// The number of training texts.
  public var trainingTextCount: Int { folder.content.training.texts }
  /// The number of their tokens.
  public var trainingTokenCount: Int { folder.content.training.tokens }
  /// The number of development texts.
  public var developmentTextCount: Int { folder.content.development.texts }
  /// Whether the development texts were held out of the training texts.
  public var hasHeldOut: Bool { folder.content.developmentSummary == nil }

  /// A network's recipe with the settings used in packing.
  public func recipe(_ recipe: TrainingRecipe = TrainingRecipe()) -> TrainingRecipe {
    var result = recipe
    result.model = .recurrent
    result.tokenizer = tokenizer
    result.maximumTokens = maximumTokens
    result.truncation = folder.content.truncation
    result.automatic.subtract(["max-tokens", "min-count", "subword-buckets", "subword-dropout"])
    return result
  }

  /// The recipe, with the settings that it leaves open taken from the packed texts.
  ///
  /// - Throws: `DiscernError.conflict`, naming the flag, if the recipe requires other words, or data that
  ///   packed texts lack.
  func fitting(_ recipe: TrainingRecipe) throws(DiscernError) -> TrainingRecipe {
    if recipe.model.hasNGrams {
      throw .conflict(
        "--model \(recipe.model.rawValue) needs n-grams, which packed texts do not have; give --model "
          + "recurrent, or the texts themselves")
    }
    if recipe.selfTrains {
      throw .conflict("--self-train needs the texts themselves, and packed texts are ids; leave it out")
    }
    if recipe.isHierarchical {
      throw .conflict(
        "--encoder hierarchical reads the sentences of texts, which packed texts lack; leave it out, or give "
          + "the texts themselves")
    }
    if recipe.encoder.subwordBuckets > 0 {
      throw .conflict(
        "--subword-buckets \(recipe.encoder.subwordBuckets) reads the letters of unknown words, "
          + "which packed texts lack; leave it out")
    }
    var result = recipe
    if let key = RecipeKey.named("max-tokens"), recipe.leavesOpen(key) {
      result.maximumTokens = maximumTokens
    }
    result.automatic.subtract(["max-tokens", "min-count", "subword-buckets", "subword-dropout"])
    try tokenizer.requireEqual(result.tokenizer, vocabulary: path)
    for name in ["max-tokens", "truncation"] where name != "truncation" || maximumTokens != nil {
      guard let key = RecipeKey.named(name) else { continue }
      let (own, packed) = (key.text(in: result), key.text(in: self.recipe()))
      if own != packed {
        throw .conflict(
          "--\(name) \(own): the texts were packed with \(packed); leave it out, or pack them again")
      }
    }
    return result
  }

  /// - Throws: `DiscernError.conflict` if the model to begin with has other words.
  func requireSameWords(_ other: Vocabulary, flag: String) throws(DiscernError) {
    let isSame =
      other.count == vocabulary.count
      && (0..<other.count).allSatisfy { other.bytes(at: $0) == vocabulary.bytes(at: $0) }
    if !isSame {
      throw .conflict(
        "\(flag) has another vocabulary than the packed texts of \(path); pack them with it (discern data "
          + "pack --vocab vocabulary.txt, a file in its folder)")
    }
  }
}
