import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernTraining

/// How a matcher was trained; saved with it. It decides nothing, so what is missing has its default.
public struct MatchRecord: Codable, Sendable {
  /// Choices by the names of their flags.
  public internal(set) var choices: [String: String] = [:]
  /// What belonged together: `pairs`, `labels` or `vectors`.
  public internal(set) var examples = "pairs"
  /// What was read, with a digest of the content.
  public internal(set) var data = EncodingSummary()
  /// Texts that were learned from.
  public internal(set) var trainingTextCount = 0
  /// Texts that were measured on.
  public internal(set) var heldOutTextCount = 0
  /// How well the held-out texts find what belongs to them, for the weights that were kept.
  public internal(set) var scores: RetrievalScores?
  /// What cosines are divided by in the loss, as it was learned.
  public internal(set) var temperature = 0.0
  /// Columns or keys that the training texts were in.
  public internal(set) var columns: TableColumns?
  /// By epoch.
  public internal(set) var epochs: [EpochSummary] = []
  /// Why it ended.
  public internal(set) var outcome = TrainingOutcome.completed
  /// The family of kernels.
  public internal(set) var kernels = "unknown"

  init() {}

  public init(from decoder: any Decoder) throws {
    // Another version's keys are no reason to refuse the weights.
    _ = try JSONValue(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.read(.choices, into: &choices)
    try container.read(.examples, into: &examples)
    try container.read(.data, into: &data)
    try container.read(.trainingTextCount, into: &trainingTextCount)
    try container.read(.heldOutTextCount, into: &heldOutTextCount)
    scores = try container.decodeIfPresent(RetrievalScores.self, forKey: .scores)
    try container.read(.temperature, into: &temperature)
    columns = try container.decodeIfPresent(TableColumns.self, forKey: .columns)
    try container.read(.epochs, into: &epochs)
    try container.read(.outcome, into: &outcome)
    try container.read(.kernels, into: &kernels)
  }
}
