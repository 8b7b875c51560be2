import CDiscernKernels

/// A linear layer's weights: weight [outputs, inputs], bias [outputs], as in PyTorch.
package struct LinearParameters: Sendable, Hashable {
  package let weight: Parameter
  package let bias: Parameter?

  /// - Parameters:
  ///   - isIdentity: whether it starts as the identity.
  ///   - fanIn: the fan-in for the initial values; nil: the number of inputs.
  package init(
    _ layout: inout ParameterLayout, prefix: String, inputSize: Int, outputSize: Int, bias: Bool = true,
    isQuantizable: Bool = false, isIdentity: Bool = false, fanIn: Int? = nil
  ) {
    let initial = isIdentity ? InitialValue.zeros : .uniform(fanIn: fanIn ?? inputSize)
    let matrix =
      isIdentity
      ? (0..<min(inputSize, outputSize)).reduce(initial) {
        $0.with(1, at: $1 * (inputSize + 1)..<$1 * (inputSize + 1) + 1)
      } : initial
    weight = layout.add("\(prefix).weight", [outputSize, inputSize], matrix, isQuantizable: isQuantizable)
    self.bias = bias ? layout.add("\(prefix).bias", [outputSize], initial) : nil
  }
}

extension Tape {
  /// Y = X Wᵀ + b: [M, inputs] to [M, outputs].
  package func linear(_ input: Variable, _ parameters: LinearParameters) -> Variable {
    let output = variable(input.value.rows, parameters.weight.rows)
    forwardLinear(input.value, parameters, into: output.value)
    record { [self] in
      guard let gradient = output.gradient else { return }
      backwardLinear(gradient, input, parameters)
    }
    return output
  }

  func forwardLinear(_ input: Matrix, _ parameters: LinearParameters, into output: Matrix) {
    compute.multiply(
      input, packed(parameters.weight, .transposed), bias: parameters.bias.map { weights[$0].pointer },
      into: output)
  }

  /// dW += dYᵀ X and db += Σ dY, unless they are fixed; dX += dY W.
  func backwardLinear(_ gradient: Matrix, _ input: Variable, _ parameters: LinearParameters) {
    guard let gradients else { return }
    if !parameters.weight.isFixed {
      accumulate([
        WeightGradient(
          gradient, m: gradient.columns, input.value.pointer, bStride: input.value.columns,
          n: input.value.columns, into: gradients[parameters.weight].pointer,
          sums: parameters.bias.map { gradients[$0].pointer })
      ])
    }
    let target = input.gradientToAddTo(self)
    compute.multiply(
      gradient, packed(parameters.weight, .plain), accumulate: target.accumulate, into: target.matrix)
  }
}
