import DiscernTensor

/// A block's weights for the distances between tokens (Dai et al. 2019): a projection of the distances'
/// sinusoidal encodings, and biases added to queries, one for content and one for position.
package struct RelativeParameters: Sendable, Hashable {
  /// [F, F]
  package let projection: LinearParameters
  /// [F] each.
  package let contentBias, positionBias: Parameter
  package let waves: SinusoidalPositions

  init(_ layout: inout ParameterLayout, prefix: String, size: Int) {
    // The softmax cancels a bias. The large fan-in gives distances little weight at first: random ones would
    // drown out the tokens' content.
    projection = LinearParameters(
      &layout, prefix: "\(prefix).position", inputSize: size, outputSize: size, bias: false,
      isQuantizable: true, fanIn: 100 * size)
    contentBias = layout.add("\(prefix).content_bias", [size])
    positionBias = layout.add("\(prefix).position_bias", [size])
    waves = SinusoidalPositions(size: size)
  }

  /// The projected encodings of all distances that attention may need.
  ///
  /// - Parameters:
  ///   - tokens: the length of the longest sequence.
  ///   - memory: the number of tokens before it.
  func positions(
    _ pass: Pass, tokens: Int, memory: Int, reach: AttentionReach, isCausal: Bool
  ) -> RelativePositions {
    let tape = pass.tape
    let (back, ahead) = RelativePositions.distances(
      tokens: tokens, memory: memory, reach: reach, isCausal: isCausal)
    let distances = tape.workspace.matrix(back + 1 + ahead, waves.size)
    tape.compute.forEachBlock(of: distances.rows, size: 64) { block in
      for row in block { waves.fill(distances.row(row), position: back - row) }
    }
    return RelativePositions(
      rows: tape.linear(Variable(distances), projection), back: back, contentBias: contentBias,
      positionBias: positionBias)
  }
}
