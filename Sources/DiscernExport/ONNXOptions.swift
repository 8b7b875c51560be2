/// How a classifier becomes an ONNX graph.
public struct ONNXOptions: Hashable, Sendable {
  /// How the network's weights are kept.
  public enum Weights: String, Hashable, Sendable, CaseIterable {
    /// Floats of 32 bits.
    case float32
    /// Word vectors, and the weights of recurrent layers, attention and projections, as 8 bits with a scale
    /// for each row; computation is in 32 bits.
    case int8
  }

  /// Nil: as the model has them.
  public var weights: Weights?
  /// Whether the two directions of a layer are two operations, the backward one on texts that are turned
  /// around: for runtimes that pass over texts' lengths (OpenVINO) or do not know both directions in one.
  public var splitDirections = false

  /// Weights as the model has them, both directions in one operation.
  public init() {}
}
