import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernText
import DiscernVocabulary

/// The content of a model's manifest.
///
/// Keys that determine answers and have been in every model are required: a default would silently give other
/// answers. Later keys have defaults that preserve the answers of models without them.
struct ModelContent<Facts: Codable & Sendable>: Codable {
  /// The networks' shape; nil for n-grams alone.
  let model: ClassifierConfiguration?
  /// The n-grams; nil for networks alone.
  let ngrams: NGramContent?
  /// The early exit of the networks' first layer; nil for networks without one.
  let earlyExit: EarlyExitRule?
  /// The word networks alongside a transformer; nil for other models.
  let companion: CompanionContent?
  /// The arithmetic of the networks' products; nil: floats.
  let arithmetic: NetworkArithmetic?
  /// The number of networks in the ensemble; nil for one.
  let models: Int?
  let tokenizer: TokenizerConfiguration
  /// The word pieces that a transformer reads instead of words; nil for other models.
  let pieces: PieceContent?
  /// Nil: texts are not truncated.
  let maximumTokens: Int?
  let truncation: Truncation
  /// The labels and the temperature of a single unnamed task with one label per text; otherwise `tasks`.
  let labels: LabelSet?
  let temperature: Double?
  let tasks: [ClassificationTask]?
  /// It affects no answers, so it may be missing.
  let training: Facts
}

extension ModelContent {
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    ngrams = try container.decodeIfPresent(NGramContent.self, forKey: .ngrams)
    model =
      ngrams == nil
      ? try container.decode(ClassifierConfiguration.self, forKey: .model)
      : try container.decodeIfPresent(ClassifierConfiguration.self, forKey: .model)
    earlyExit = try container.decodeIfPresent(EarlyExitRule.self, forKey: .earlyExit)
    companion = try container.decodeIfPresent(CompanionContent.self, forKey: .companion)
    arithmetic = try container.decodeIfPresent(NetworkArithmetic.self, forKey: .arithmetic)
    models = try container.decodeIfPresent(Int.self, forKey: .models)
    tokenizer = try container.decode(TokenizerConfiguration.self, forKey: .tokenizer)
    pieces = try container.decodeIfPresent(PieceContent.self, forKey: .pieces)
    maximumTokens = try container.decodeIfPresent(Int.self, forKey: .maximumTokens)
    truncation = try container.decode(Truncation.self, forKey: .truncation)
    tasks = try container.decodeIfPresent([ClassificationTask].self, forKey: .tasks)
    labels = try container.decodeIfPresent(LabelSet.self, forKey: .labels)
    if (tasks == nil) == (labels == nil) {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "must have either “labels” or “tasks”"))
    }
    temperature =
      labels != nil
      ? try container.decode(Double.self, forKey: .temperature)
      : try container.decodeIfPresent(Double.self, forKey: .temperature)
    training =
      container.contains(.training)
      ? try container.decode(Facts.self, forKey: .training)
      : try JSONValueDecoder(.object([])).decode(Facts.self)
  }
}
