import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTraining

/// How a model was trained; saved with it.
///
/// It affects no answers, so nothing in it keeps a model from being loaded: missing values have defaults, and
/// values unknown to this version are listed in `notUnderstood` and preserved when the model is rewritten.
public struct TrainingRecord: Sendable {
  /// All settings.
  public internal(set) var recipe = TrainingRecipe()
  /// The digest of the pretrained weights with which training began; nil: none.
  public internal(set) var pretrained: String?
  /// The digest of the weights of the model from which training grew; nil: none.
  public internal(set) var grownFrom: String?
  /// The digest of the weights of the teacher; nil: none.
  public internal(set) var teacher: String?
  /// The digest of the weights of the word networks joined with a transformer; nil: none.
  public internal(set) var companion: String?
  /// The settings that were derived from the texts.
  public internal(set) var fitted: [FittedChoice] = []
  /// A summary of the training data, with a digest of its content.
  public internal(set) var trainingData = EncodingSummary()
  /// Nil if a part of the training data was held out.
  public internal(set) var developmentData: EncodingSummary?
  /// Nil without unlabelled texts.
  public internal(set) var unlabelledData: EncodingSummary?
  /// The columns or keys of the training data, if they are the same everywhere; `nil` for folders and the
  /// like.
  public internal(set) var columns: TableColumns?
  /// The number of training texts.
  public internal(set) var trainingTextCount = 0
  /// The number of development texts, measured after each epoch.
  public internal(set) var developmentTextCount = 0
  /// The number of words in the vocabulary that had a pretrained vector; nil without vectors.
  public internal(set) var wordsWithVectors: Int?
  /// How the n-grams were chosen; nil for a network alone.
  public internal(set) var ngrams: NGramFacts?
  /// By network; a single one unless several seeds were requested; empty for n-grams alone.
  public internal(set) var runs: [TrainingRun] = []
  /// The scores of a joined model's networks without its n-grams, with their own temperature, by task; `nil`
  /// for other models.
  public internal(set) var network: [TaskScores]?
  /// The scores of the first layer alone of networks with an early exit, with its own temperature, by
  /// task; `nil` for other models.
  public internal(set) var firstLayer: [TaskScores]?
  /// The steps that layers with skip gates took on the development texts; `nil` for models without them.
  public internal(set) var steps: StepCounts?
  /// The scores of the whole model on the development texts, by task; `nil` for a single network.
  public internal(set) var together: [TaskScores]?
  /// The names of the files and folders that were read; nil if not recorded.
  public internal(set) var files: Files?
  /// The model's results on the development texts; nil if not recorded.
  public internal(set) var measured: Measured?
  /// Why training ended; with several models, this may refer to a run that produced no model.
  public internal(set) var outcome = TrainingOutcome.completed
  /// The kernel family that trained it: `avx512`, `avx2`, `neon`, `baseline` or `openblas`.
  public internal(set) var kernels = "unknown"
  /// Values written by another version that are unknown to this one, such as `recipe.optimizer: lion` or
  /// `outcome`.
  public private(set) var notUnderstood: [String] = []
  /// The whole record as read.
  private var source: JSONValue?

  /// Whether `recipe` was recorded, and is not just the defaults.
  package var hasRecipe: Bool { source.map { $0["recipe"] != nil } ?? true }

  /// A record of the inputs; the results are added later.
  init(
    _ recipe: TrainingRecipe, _ fitted: [FittedChoice], _ data: TrainingTexts, unlabelled: EncodingSummary?,
    kernels: String
  ) {
    self.recipe = recipe
    self.fitted = fitted
    trainingData = data.trainingSummary.asSaved
    developmentData = data.developmentSummary?.asSaved
    unlabelledData = unlabelled?.asSaved
    columns = data.columns
    trainingTextCount = data.learned.textCount
    developmentTextCount = data.development.texts.count
    self.kernels = kernels
  }
}

extension TrainingRecord: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case recipe, fitted, pretrained, grownFrom, teacher, companion, trainingData, developmentData
    case unlabelledData, columns, trainingTextCount
    case developmentTextCount, wordsWithVectors, ngrams, runs, network, firstLayer, steps, together, files
    case measured
    case outcome, kernels
  }

  public init(from decoder: any Decoder) throws {
    let source = try JSONValue(from: decoder)
    self.source = source
    for member in source.object ?? [] where CodingKeys(stringValue: member.key) == nil {
      notUnderstood.append(DisplayText.escaped(member.key))
    }
    guard let container = try? decoder.container(keyedBy: CodingKeys.self) else { return }
    func read<Value: Decodable>(_ key: CodingKeys, into value: inout Value, _ unknown: inout [String]) {
      do { try container.read(key, into: &value) } catch { unknown.append(key.stringValue) }
    }
    let recorded = RecordedRecipe(source["recipe"])
    recipe = recorded.recipe
    notUnderstood += recorded.notUnderstood.map { "recipe.\($0)" }
    read(.fitted, into: &fitted, &notUnderstood)
    read(.pretrained, into: &pretrained, &notUnderstood)
    read(.grownFrom, into: &grownFrom, &notUnderstood)
    read(.teacher, into: &teacher, &notUnderstood)
    read(.companion, into: &companion, &notUnderstood)
    read(.trainingData, into: &trainingData, &notUnderstood)
    read(.developmentData, into: &developmentData, &notUnderstood)
    read(.unlabelledData, into: &unlabelledData, &notUnderstood)
    read(.columns, into: &columns, &notUnderstood)
    read(.trainingTextCount, into: &trainingTextCount, &notUnderstood)
    read(.developmentTextCount, into: &developmentTextCount, &notUnderstood)
    read(.wordsWithVectors, into: &wordsWithVectors, &notUnderstood)
    read(.ngrams, into: &ngrams, &notUnderstood)
    read(.runs, into: &runs, &notUnderstood)
    read(.network, into: &network, &notUnderstood)
    read(.firstLayer, into: &firstLayer, &notUnderstood)
    read(.steps, into: &steps, &notUnderstood)
    read(.together, into: &together, &notUnderstood)
    read(.files, into: &files, &notUnderstood)
    read(.measured, into: &measured, &notUnderstood)
    read(.outcome, into: &outcome, &notUnderstood)
    read(.kernels, into: &kernels, &notUnderstood)
  }

  /// A record that was read is written unchanged.
  public func encode(to encoder: any Encoder) throws {
    if let source { return try source.encode(to: encoder) }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(recipe.text, forKey: .recipe)
    if !fitted.isEmpty { try container.encode(fitted, forKey: .fitted) }
    try container.encodeIfPresent(pretrained, forKey: .pretrained)
    try container.encodeIfPresent(grownFrom, forKey: .grownFrom)
    try container.encodeIfPresent(teacher, forKey: .teacher)
    try container.encodeIfPresent(companion, forKey: .companion)
    try container.encode(trainingData, forKey: .trainingData)
    try container.encodeIfPresent(developmentData, forKey: .developmentData)
    try container.encodeIfPresent(unlabelledData, forKey: .unlabelledData)
    try container.encodeIfPresent(columns, forKey: .columns)
    try container.encode(trainingTextCount, forKey: .trainingTextCount)
    try container.encode(developmentTextCount, forKey: .developmentTextCount)
    try container.encodeIfPresent(wordsWithVectors, forKey: .wordsWithVectors)
    try container.encodeIfPresent(ngrams, forKey: .ngrams)
    try container.encode(runs, forKey: .runs)
    try container.encodeIfPresent(network, forKey: .network)
    try container.encodeIfPresent(firstLayer, forKey: .firstLayer)
    try container.encodeIfPresent(steps, forKey: .steps)
    try container.encodeIfPresent(together, forKey: .together)
    try container.encodeIfPresent(files, forKey: .files)
    try container.encodeIfPresent(measured, forKey: .measured)
    try container.encode(outcome, forKey: .outcome)
    try container.encode(kernels, forKey: .kernels)
  }
}

/// The training of one model.
public struct TrainingRun: Codable, Sendable {
  /// The seed of its random draws.
  public let seed: UInt64
  /// The epochs, in order.
  public let epochs: [EpochSummary]
  /// Why training ended.
  public let outcome: TrainingOutcome

  /// The epoch whose weights were saved; `nil` if none was complete.
  public var best: EpochSummary? { epochs.last(where: \.isBest) }
}
