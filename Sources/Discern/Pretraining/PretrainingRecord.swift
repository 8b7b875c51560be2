import DiscernCorpus
import DiscernIO
import DiscernTraining

/// How pretraining was done; saved with its result. It affects no result, so missing values have defaults.
public struct PretrainingRecord: Codable, Sendable {
  /// The settings by flag name.
  public internal(set) var choices: [String: String] = [:]
  /// A summary of the data, with a digest of its content.
  public internal(set) var data = EncodingSummary()
  /// The number of training texts.
  public internal(set) var trainingTextCount = 0
  /// The number of held-out texts.
  public internal(set) var heldOutTextCount = 0
  /// The number of tokens in the held-out texts.
  public internal(set) var heldOutTokenCount = 0
  /// The perplexity of the held-out texts from word frequencies alone.
  public internal(set) var unigramPerplexity = 0.0
  /// The perplexities of the held-out texts with the saved weights, by direction: forward, and backward if
  /// there are two.
  public internal(set) var perplexities: [Double] = []
  /// The epochs, in order.
  public internal(set) var epochs: [EpochSummary] = []
  /// Why training ended.
  public internal(set) var outcome = TrainingOutcome.completed
  /// The kernel family used.
  public internal(set) var kernels = "unknown"

  init() {}

  /// Whether a direction predicts the held-out words no better than word frequencies alone.
  package var isNoBetterThanFrequencies: Bool { perplexities.contains { $0 >= unigramPerplexity } }

  public init(from decoder: any Decoder) throws {
    // Unknown keys of another version are no reason to reject the weights.
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
