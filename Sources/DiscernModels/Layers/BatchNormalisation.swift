import DiscernTensor

/// Normalises each feature over a batch's tokens, all together or separately for each step.
struct BatchNormalisation: SequenceLayer {
  private let parameters: BatchNormParameters
  private let kind: BatchNormKind

  /// - Parameter stepLimit: the number of steps that have their own statistics, for `.perStep`.
  init(_ layout: inout ParameterLayout, prefix: String, size: Int, kind: BatchNormKind, stepLimit: Int?) {
    self.kind = kind
    parameters = BatchNormParameters(&layout, prefix: prefix, size: size, stepLimit: stepLimit)
  }

  func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    Sequences(pass.tape.temporalBatchNorm(input.tokens(pass), layout: pass.layout, parameters))
  }

  func describe(to description: inout NetworkDescription) {
    description.add(
      "batch normalisation, \(kind.rawValue)", .tokens(parameters.weight.count),
      .batchNormalisation(parameters),
      parameters: [parameters.weight, parameters.bias])
  }
}
