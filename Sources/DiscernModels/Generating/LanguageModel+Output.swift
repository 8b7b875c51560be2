import DiscernTensor

/// The parts of a language model that predict the next word, beyond a classifier's weights.
extension LanguageModel {
  /// The forward direction's state after each token of whole texts  // [S, H]
  package func forwardStates(_ tape: Tape, _ batch: PackedBatch) -> Matrix {
    outputs(tape, batch, directions[0], from: nil).output.value
  }

  /// The weights between the forward direction's states and its words, by their names in `NextWordModel`.
  package var forwardOutput: [(name: String, shape: [Int], values: [Float])] {
    let projection = directions[0].projection
    let parameters = [projection.weight, projection.bias].compactMap(\.self)
    return parameters.map { ($0.name, $0.shape, weights[$0].array) }
      + [(NextWordModel.wordBiasName, [bias.rowCount], weights[bias].array)]
  }
}
