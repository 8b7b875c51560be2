import DiscernIO
import DiscernTraining

/// How a sequence model came about; saved with it. It decides nothing, so what is missing has its default.
public struct SequenceRecord: Codable, Sendable {
  /// Choices by the names of their flags.
  public internal(set) var choices: [String: String] = [:]
  /// Pairs that were learned from, and measured on.
  public internal(set) var trainingPairCount = 0, developmentPairCount = 0
  /// The digest of all pairs.
  public internal(set) var data = ""
  /// By epoch; the accuracy is the share of sequences that were right in all their tokens.
  public internal(set) var epochs: [EpochSummary] = []
  /// Why it ended.
  public internal(set) var outcome = TrainingOutcome.completed
  /// The family of kernels.
  public internal(set) var kernels = "unknown"

  init() {}

  /// The epoch that was kept.
  public var best: EpochSummary? { epochs.last(where: \.isBest) }

  public init(from decoder: any Decoder) throws {
    // Another version's keys are no reason to refuse the model.
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
