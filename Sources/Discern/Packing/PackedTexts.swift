import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernText
import DiscernVocabulary

/// Labelled texts as ids in a folder of shards: what is learned from may be larger than memory.
///
/// ```swift
/// try PackedTexts.pack(Corpus(paths: ["reviews.tsv"]), to: "shards")
/// let packed = try PackedTexts(contentsOf: "shards")
/// let classifier = try TextClassifier.train(on: packed, recipe: packed.recipe())
/// ```
public struct PackedTexts: Sendable {
  package let folder: ShardFolder

  /// Reads all of the folder once and checks it; the texts that are learned from stay on the disk.
  ///
  /// - Throws: `DiscernError.folder`.
  public init(contentsOf path: String) throws(DiscernError) {
    folder = try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try ShardFolder(path: path) }
  }

  /// Whether the folder there says that it holds packed texts.
  public static func isOne(_ path: String) -> Bool { ShardFolder.isOne(path) }

  /// Where they are.
  public var path: String { folder.path }
  /// The words, with the tokenizer that made them.
  public var vocabulary: Vocabulary { folder.vocabulary }
  /// How a text became words.
  public var tokenizer: TokenizerConfiguration { folder.content.tokenizer }
  /// Longer texts were cut; nil: none.
  public var maximumTokens: Int? { folder.content.maximumTokens }
  /// The tasks and their labels.
  public var tasks: [ClassificationTask] { folder.content.tasks }
  /// The texts that are learned from.
  public var trainingTextCount: Int { folder.content.training.texts }
  /// Their tokens.
  public var trainingTokenCount: Int { folder.content.training.tokens }
  /// The texts that are measured on.
  public var developmentTextCount: Int { folder.content.development.texts }
  /// Whether these were held out of the training texts.
  public var hasHeldOut: Bool { folder.content.developmentSummary == nil }

  /// A network's recipe with the choices that packing made.
  public func recipe(_ recipe: TrainingRecipe = TrainingRecipe()) -> TrainingRecipe {
    var result = recipe
    result.model = .recurrent
    result.tokenizer = tokenizer
    result.maximumTokens = maximumTokens
    result.truncation = folder.content.truncation
    result.automatic.subtract(["max-tokens", "min-count", "subword-buckets", "subword-dropout"])
    return result
  }

  /// The recipe with what is open taken from the packing.
  ///
  /// - Throws: `DiscernError.conflict`, naming the flag, where it asks for other words, or for what packed
  ///   texts lack.
  func fitting(_ recipe: TrainingRecipe) throws(DiscernError) -> TrainingRecipe {
    if recipe.model.hasNGrams {
      throw .conflict(
        "--model \(recipe.model.rawValue) counts n-grams, and packed texts have none; give --model "
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
          "--\(name) \(own): the texts were packed with \(packed); leave it out, or pack them anew")
      }
    }
    return result
  }

  /// - Throws: `DiscernError.conflict` where a model to begin with has other words.
  func requireSameWords(_ other: Vocabulary, flag: String) throws(DiscernError) {
    let isSame =
      other.count == vocabulary.count
      && (0..<other.count).allSatisfy { other.bytes(at: $0) == vocabulary.bytes(at: $0) }
    if !isSame {
      throw .conflict(
        "\(flag) has other words than the packed texts of \(path); pack them with its words (discern data "
          + "pack --vocab vocabulary.txt, a file in its folder)")
    }
  }
}
