/// The options of a classifier's export as an ONNX graph.
public struct ONNXOptions: Hashable, Sendable {
  /// The storage of the network's weights.
  public enum Weights: String, Hashable, Sendable, CaseIterable {
    /// Floats of 32 bits.
    case float32
    /// Word vectors, and the weights of recurrent layers, attention and projections, as 8 bits with a scale
    /// for each row; computation is in 32 bits.
    case int8
  }

  /// The storage of weights; nil: as in the model.
  public var weights: Weights?
  /// Whether the two directions of a layer are two operations, the backward one on reversed texts: for
  /// runtimes that ignore texts' lengths (OpenVINO) or do not support bidirectional operations.
  public var splitDirections = false

  /// Weights as in the model, both directions in one operation.
  public init() {}
}
