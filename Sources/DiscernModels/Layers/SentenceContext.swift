import DiscernTensor

/// Adds to each sentence's vector the states that a recurrent layer reached on the text's other sentences;
/// adds nothing for a lone sentence.
struct SentenceContext: Sendable {
  private let layer: Recurrent
  private let directions: Int
  /// Nil if a state has the size of a sentence's vector.
  private let projection: LinearParameters?
  private let size: Int

  /// - Parameters:
  ///   - layer: a layer of `directions` directions with `hiddenSize` units each.
  ///   - outputSize: F, the size of the vectors.
  init(
    _ layout: inout ParameterLayout, _ layer: Recurrent, directions: Int, hiddenSize: Int, outputSize: Int
  ) {
    self.layer = layer
    self.directions = directions
    size = outputSize
    let states = directions * hiddenSize
    projection =
      states == outputSize
      ? nil
      : LinearParameters(
        &layout, prefix: "sentences.context", inputSize: states, outputSize: outputSize, bias: false,
        isQuantizable: true)
  }

  /// - Parameters:
  ///   - vectors: [M, F], packed by text.
  ///   - read: the same vectors with dropout, the layer's input.
  /// - Returns: [M, F].
  func callAsFunction(_ vectors: Variable, _ read: Sequences, _ pass: Pass) -> Variable {
    let states = layer(read, pass).tokens(pass)  // [M, directions · H]
    let context = pass.tape.neighbourStates(states, layout: pass.layout, directions: directions)
    return pass.tape.add(vectors, projection.map { pass.tape.linear(context, $0) } ?? context)
  }

  func describe(to description: inout NetworkDescription) {
    layer.describe(to: &description)
    description.add(
      "context of each sentence", .tokens(size),
      .context(directions: directions, projection: projection), parameters: [projection?.weight],
      productsPerToken: projection?.weight.count ?? 0)
  }
}
