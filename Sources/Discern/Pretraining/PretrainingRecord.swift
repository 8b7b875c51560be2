import DiscernCorpus
import DiscernIO
import DiscernTraining

/// How pretraining went; saved with what came of it. It decides nothing, so what is missing has its default.
public struct PretrainingRecord: Codable, Sendable {
  /// Choices by the names of their flags.
  public internal(set) var choices: [String: String] = [:]
  /// What was read, with a digest of the content.
  public internal(set) var data = EncodingSummary()
  /// Texts that were learned from.
  public internal(set) var trainingTextCount = 0
  /// Texts that were measured on.
  public internal(set) var heldOutTextCount = 0
  /// Tokens of the texts that were measured on.
  public internal(set) var heldOutTokenCount = 0
  /// Of the held-out texts for a model that knows words' frequencies alone.
  public internal(set) var unigramPerplexity = 0.0
  /// Of the held-out texts for the weights that were kept, by direction: forward, and backward where there
  /// are two.
  public internal(set) var perplexities: [Double] = []
  /// By epoch.
  public internal(set) var epochs: [EpochSummary] = []
  /// Why it ended.
  public internal(set) var outcome = TrainingOutcome.completed
  /// The family of kernels.
  public internal(set) var kernels = "unknown"

  init() {}

  /// Whether a direction tells the held-out words no better than their frequencies alone do.
  package var isNoBetterThanFrequencies: Bool { perplexities.contains { $0 >= unigramPerplexity } }

  public init(from decoder: any Decoder) throws {
    // Another version's keys are no reason to refuse the weights.
    _ = try JSONValue(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.read(.choices, into: &choices)
    try container.read(.data, into: &data)
    try container.read(.trainingTextCount, into: &trainingTextCount)
    try container.read(.heldOutTextCount, into: &heldOutTextCount)
    try container.read(.heldOutTokenCount, into: &heldOutTokenCount)
    try container.read(.unigramPerplexity, into: &unigramPerplexity)
    try container.read(.perplexities, into: &perplexities)
    try container.read(.epochs, into: &epochs)
    try container.read(.outcome, into: &outcome)
    try container.read(.kernels, into: &kernels)
  }
}
