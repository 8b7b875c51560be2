import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernTraining

/// How a matcher was trained; saved with it. It affects no result, so missing values have defaults.
public struct MatchRecord: Codable, Sendable {
  /// The settings by flag name.
  public internal(set) var choices: [String: String] = [:]
  /// The kind of examples: `pairs`, `labels` or `vectors`.
  public internal(set) var examples = "pairs"
  /// A summary of the data, with a digest of its content.
  public internal(set) var data = EncodingSummary()
  /// The number of training texts.
  public internal(set) var trainingTextCount = 0
  /// The number of held-out texts.
  public internal(set) var heldOutTextCount = 0
  /// How well the held-out texts find their partners, with the saved weights.
  public internal(set) var scores: RetrievalScores?
  /// The learned temperature, by which the loss divides cosines.
  public internal(set) var temperature = 0.0
  /// The columns or keys of the training texts.
  public internal(set) var columns: TableColumns?
  /// For pairs: the column or key of the second texts, if it was named.
  public internal(set) var pairColumn: ColumnSelector?
  /// The epochs, in order.
  public internal(set) var epochs: [EpochSummary] = []
  /// Why training ended.
  public internal(set) var outcome = TrainingOutcome.completed
  /// The kernel family used.
  public internal(set) var kernels = "unknown"

  init() {}

  public init(from decoder: any Decoder) throws {
    // Unknown keys of another version are no reason to reject the weights.
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
    pairColumn = try container.decodeIfPresent(ColumnSelector.self, forKey: .pairColumn)
    try container.read(.epochs, into: &epochs)
    try container.read(.outcome, into: &outcome)
    try container.read(.kernels, into: &kernels)
  }
}
