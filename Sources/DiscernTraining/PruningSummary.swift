/// The result of pruning.
public struct PruningSummary: Codable, Hashable, Sendable {
  /// The epoch whose weights were the best until then, and were pruned.
  public let epoch: Int
  /// The number of weights set to zero, which stay zero.
  public let zeros: Int
  /// The number of all weights in the pruned matrices.
  public let weights: Int
  /// The number of pruned matrices.
  public let tensors: Int
}
