import DiscernTensor

/// Normalises each token's features separately (Ba et al. 2016).
struct LayerNormalisation: SequenceLayer {
  private let parameters: LayerNormParameters

  init(_ layout: inout ParameterLayout, prefix: String, size: Int) {
    parameters = LayerNormParameters(&layout, prefix: prefix, size: size)
  }

  func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    input.map { pass.tape.layerNorm($0, parameters) }
  }

  func describe(to description: inout NetworkDescription) {
    description.add(
      "layer normalisation", .tokens(parameters.weight.count), .layerNormalisation(parameters),
      parameters: [parameters.weight, parameters.bias])
  }
}
