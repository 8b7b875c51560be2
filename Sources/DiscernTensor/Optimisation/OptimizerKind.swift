/// The rule by which weights are updated from gradients.
public enum OptimizerKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// Adam (Kingma and Ba 2015).
  case adam
  /// Adam with decoupled weight decay (Loshchilov and Hutter 2019).
  case adamW = "adamw"
  /// Stochastic gradient descent with momentum (PyTorch's form: v ← μ v + g, w ← w − η v).
  case sgd
}
