import DiscernTensor

/// A block's weights for how far apart tokens are (Dai et al. 2019): waves of the distance through a product,
/// and what queries get on top, by content and by place.
package struct RelativeParameters: Sendable, Hashable {
  /// [F, F]
  package let projection: LinearParameters
  /// [F] each.
  package let contentBias, positionBias: Parameter
  package let waves: PlaceWaves

  init(_ layout: inout ParameterLayout, prefix: String, size: Int) {
    // Softmax cancels a bias. Distances count little at first: random ones drown the tokens' content.
    projection = LinearParameters(
      &layout, prefix: "\(prefix).position", inputSize: size, outputSize: size, bias: false,
      isQuantizable: true, fanIn: 100 * size)
    contentBias = layout.add("\(prefix).content_bias", [size])
    positionBias = layout.add("\(prefix).position_bias", [size])
    waves = PlaceWaves(size: size)
  }

  /// The rows of the distances that attention may need.
  ///
  /// - Parameters:
  ///   - tokens: of the longest sequence.
  ///   - memory: tokens before it.
  func positions(
    _ pass: Pass, tokens: Int, memory: Int, reach: AttentionReach, isCausal: Bool
  ) -> RelativePositions {
    let tape = pass.tape
    let (back, ahead) = RelativePositions.distances(
      tokens: tokens, memory: memory, reach: reach, isCausal: isCausal)
    let distances = tape.workspace.matrix(back + 1 + ahead, waves.size)
    tape.compute.forEachBlock(of: distances.rows, size: 64) { block in
      for row in block { waves.fill(distances.row(row), place: back - row) }
    }
    return RelativePositions(
      rows: tape.linear(Variable(distances), projection), back: back, contentBias: contentBias,
      positionBias: positionBias)
  }
}
