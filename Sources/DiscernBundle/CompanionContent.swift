import DiscernCorpus
import DiscernModels

/// The part of a manifest for the word networks alongside a transformer. They use the model's tokenizer and
/// arithmetic.
struct CompanionContent: Codable {
  /// Their shape.
  let model: ClassifierConfiguration
  /// The number of networks in the ensemble; nil for one.
  let models: Int?
  /// The maximum number of words in a text; nil: texts are not truncated.
  let maximumTokens: Int?
  let truncation: Truncation
}
