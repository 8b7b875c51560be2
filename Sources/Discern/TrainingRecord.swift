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
  /// The columns or keys of the training data, where all of it has the same; `nil` for folders and the like.
  public let columns: TableColumns?
  /// How many texts were trained on and measured on.
  public let trainingTextCount: Int
  public let developmentTextCount: Int
  /// How many words of the vocabulary had a pretrained vector; `nil` without vectors.
  public let wordsWithVectors: Int?
  /// By model; one unless several seeds were asked for.
  public let runs: [TrainingRun]
  /// What several models reach together on the development texts, by task; `nil` for one model.
  public let together: [TaskScores]?
  /// Why training ended; with several models it may be one that is not among them.
  public let outcome: TrainingOutcome
  /// The family of kernels that trained it: `avx512`, `avx2`, `neon` or `baseline`.
  public let kernels: String
}

/// The training of one model.
public struct TrainingRun: Codable, Sendable {
  public let seed: UInt64
  public let epochs: [EpochSummary]
  public let outcome: TrainingOutcome

  /// The epoch whose weights were kept; `nil` if none was complete.
  public var best: EpochSummary? { epochs.last(where: \.isBest) }
}
