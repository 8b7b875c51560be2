/// What pruning made zeros.
public struct PruningSummary: Codable, Hashable, Sendable {
  /// The epoch whose weights were the best until then, and were pruned.
  public let epoch: Int
  /// Weights that became zeros and stay so.
  public let zeros: Int
  /// All weights of the matrices that were pruned.
  public let weights: Int
  /// How many matrices these are.
  public let tensors: Int
}
