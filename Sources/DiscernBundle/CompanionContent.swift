import DiscernCorpus
import DiscernModels

/// The part of a manifest for the networks of words beside a transformer. They have the model's tokenizer,
/// and its arithmetic.
struct CompanionContent: Codable {
  /// Their shape.
  let model: ClassifierConfiguration
  /// The number of networks in the ensemble; nil for one.
  let models: Int?
  /// The most words of a text; nil: texts are not cut.
  let maximumTokens: Int?
  let truncation: Truncation
}
