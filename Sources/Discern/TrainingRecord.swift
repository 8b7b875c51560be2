import DiscernCorpus
import DiscernTraining

/// How a model was trained; saved with it.
public struct TrainingRecord: Codable, Sendable {
  public let recipe: TrainingRecipe
  /// What was read, with a digest of the content.
  public let trainingData: EncodingSummary
  /// `nil` if a part of the training data was held out.
  public let developmentData: EncodingSummary?
  /// `nil` without unlabelled texts.
  public let unlabelledData: EncodingSummary?
  /// How many texts were trained on and measured on.
  public let trainingTextCount: Int
  public let developmentTextCount: Int
  /// How many words of the vocabulary had a pretrained vector; `nil` without vectors.
  public let wordsWithVectors: Int?
  public let epochs: [EpochSummary]
  public let outcome: TrainingOutcome
  /// The family of kernels that trained it: `avx512`, `avx2`, `neon` or `baseline`.
  public let kernels: String
}
