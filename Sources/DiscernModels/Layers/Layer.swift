import DiscernTensor

/// A part of a network. It is a value, and its weights are in the model's layout, so that the same layer may
/// be called several times in a pass.
package protocol Layer: Sendable {
  /// Adds the layer's steps to the description of its network.
  func describe(to description: inout NetworkDescription)
}

/// Maps packed sequences to packed sequences.
package protocol SequenceLayer: Layer {
  func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences
}

/// Maps packed sequences [S, F] to one row for each text [N, F'].
package protocol PoolingLayer: Layer {
  /// F'
  var outputSize: Int { get }
  func callAsFunction(_ input: Variable, _ pass: Pass) -> Variable
}
