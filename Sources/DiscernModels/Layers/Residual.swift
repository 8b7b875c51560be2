import DiscernTensor

/// Adds a layer's input to its output, through a projection where their sizes differ (He et al. 2016).
struct Residual: SequenceLayer {
  private let layer: any SequenceLayer
  private let projection: LinearParameters?
  private let size: Int

  init(
    _ layer: any SequenceLayer, _ layout: inout ParameterLayout, prefix: String, inputSize: Int,
    outputSize: Int
  ) {
    self.layer = layer
    size = outputSize
    projection =
      inputSize == outputSize
      ? nil
      : LinearParameters(&layout, prefix: prefix, inputSize: inputSize, outputSize: outputSize, bias: false)
  }

  func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    let output = layer(input, pass).tokens(pass)
    // Computed per distinct word if the layer's input is by word.
    let shortcut = Sequences(
      projection.map { pass.tape.linear(input.rows(pass), $0) } ?? input.rows(pass),
      tokenRows: input.tokenRows)
    return Sequences(pass.tape.add(output, shortcut.tokens(pass)))
  }

  func describe(to description: inout NetworkDescription) {
    let first = description.steps.count
    layer.describe(to: &description)
    description.add(
      "plus its input", .tokens(size), .shortcut(inputOf: first, projection: projection),
      parameters: [projection?.weight],
      productsPerToken: projection?.weight.count ?? 0)
  }
}
