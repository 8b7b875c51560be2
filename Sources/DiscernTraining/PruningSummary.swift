/// The result of pruning.
public struct PruningSummary: Codable, Hashable, Sendable {
  /// The best epoch until then, whose weights were pruned.
  public let epoch: Int
  /// The number of weights set to zero, which stay zero.
  public let zeros: Int
  /// The total number of weights in the pruned matrices.
  public let weights: Int
  /// The number of pruned matrices.
  public let tensors: Int
}
