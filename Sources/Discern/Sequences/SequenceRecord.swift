import DiscernIO
import DiscernTraining

/// How a sequence model was trained; saved with it. It affects no result, so missing values have defaults.
public struct SequenceRecord: Codable, Sendable {
  /// The settings by flag name.
  public internal(set) var choices: [String: String] = [:]
  /// The number of training pairs, and of development pairs.
  public internal(set) var trainingPairCount = 0, developmentPairCount = 0
  /// The digest of all pairs.
  public internal(set) var data = ""
  /// The epochs, in order; their accuracy is the share of exact matches.
  public internal(set) var epochs: [EpochSummary] = []
  /// Why training ended.
  public internal(set) var outcome = TrainingOutcome.completed
  /// The kernel family used.
  public internal(set) var kernels = "unknown"

  init() {}

  /// The epoch whose weights were saved.
  public var best: EpochSummary? { epochs.last(where: \.isBest) }

  public init(from decoder: any Decoder) throws {
    // Unknown keys of another version are no reason to reject the model.
    _ = try JSONValue(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.read(.choices, into: &choices)
    try container.read(.trainingPairCount, into: &trainingPairCount)
    try container.read(.developmentPairCount, into: &developmentPairCount)
    try container.read(.data, into: &data)
    try container.read(.epochs, into: &epochs)
    try container.read(.outcome, into: &outcome)
    try container.read(.kernels, into: &kernels)
  }
}
