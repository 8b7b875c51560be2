/// One direction of a batch-normalised LSTM: the LSTM's own weights, and a scale γ and running statistics for
/// each of its three normalisations (Cooijmans et al. 2017). The two products need no shift β, since the
/// gates' biases serve as one; the cell has its own.
package struct RecurrentBatchNormParameters: Sendable, Hashable {
  package let recurrent: RecurrentParameters
  package let inputNorm: StepNormParameters  // of W_ih x, [4H]
  package let hiddenNorm: StepNormParameters  // of W_hh h, [4H]; step 0 has no h and so no statistics
  package let cellNorm: StepNormParameters  // of c, [H]

  package var hiddenSize: Int { recurrent.hiddenSize }

  /// Adds the weights under names such as `lstm.weight_ih_l0` and `lstm.norm_hh_l0.weight`.
  ///
  /// - Parameter stepLimit: the number of steps with separate statistics, at least 1; later steps use the
  ///   last one's.
  package init(
    _ layout: inout ParameterLayout, suffix: String, inputSize: Int, hiddenSize: Int, stepLimit: Int
  ) {
    precondition(stepLimit > 0, "statistics for \(stepLimit) steps, expected at least 1")
    recurrent = RecurrentParameters(
      &layout, cell: .lstm, suffix: suffix, inputSize: inputSize, hiddenSize: hiddenSize,
      isQuantizable: false)
    func norm(_ name: String, _ size: Int, hasBias: Bool) -> StepNormParameters {
      StepNormParameters(
        &layout, prefix: "lstm.norm_\(name)_\(suffix)", size: size, stepLimit: stepLimit, hasBias: hasBias)
    }
    inputNorm = norm("ih", 4 * hiddenSize, hasBias: false)
    hiddenNorm = norm("hh", 4 * hiddenSize, hasBias: false)
    cellNorm = norm("c", hiddenSize, hasBias: true)
  }

  /// All of a direction's weights, for descriptions.
  package var all: [Parameter?] {
    [
      recurrent.inputWeight, recurrent.recurrentWeight, recurrent.inputBias, recurrent.recurrentBias,
      inputNorm.weight, hiddenNorm.weight, cellNorm.weight, cellNorm.bias,
    ]
  }
}

/// A normalisation by step: weight [F], bias [F] if it has one, statistics [T, F], with PyTorch's names. γ
/// begins as 0.1, so that no gate and no cell saturates (the paper's section 4.1).
package struct StepNormParameters: Sendable, Hashable {
  package let weight: Parameter
  package let bias: Parameter?
  package let runningMean: StateTensor
  package let runningVariance: StateTensor
  /// [1]: the number of steps with statistics.
  package let stepsSeen: StateTensor

  init(_ layout: inout ParameterLayout, prefix: String, size: Int, stepLimit: Int, hasBias: Bool) {
    weight = layout.add("\(prefix).weight", [size], .constant(0.1))
    bias = hasBias ? layout.add("\(prefix).bias", [size]) : nil
    runningMean = layout.addState("\(prefix).running_mean", [stepLimit, size])
    runningVariance = layout.addState(
      "\(prefix).running_var", [stepLimit, size], .ones, allowed: .notNegative)
    stepsSeen = layout.addState("\(prefix).steps_seen", [1], allowed: .count(to: stepLimit))
  }
}
