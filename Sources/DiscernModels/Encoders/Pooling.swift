/// How the states of a text's tokens are combined into one vector.
public enum Pooling: String, Codable, Hashable, Sendable, CaseIterable {
  /// Attention with a hidden layer: vᵀ tanh(W h + b).
  case additive
  /// Attention by one weight vector: wᵀ h.
  case linear
  /// The largest value of each feature.
  case max
  /// The mean of the states.
  case mean
  /// Each direction's last state: the forward one at the text's end, the backward one at its start.
  case last

  /// Whether it has learned weights and so can show how much each word counted.
  package var isAttention: Bool { self == .additive || self == .linear }
}
