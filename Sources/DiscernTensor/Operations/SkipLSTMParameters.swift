/// One direction of an LSTM that decides at each step whether to take it (Campos et al. 2018): the LSTM's own
/// weights, and the gate's.
package struct SkipLSTMParameters: Sendable, Hashable {
  package let recurrent: RecurrentParameters
  /// w: `lstm.skip_weight_l0` [H].
  package let gateWeight: Parameter
  /// b: `lstm.skip_bias_l0` [1], which begins as 1, so that most steps are taken.
  package let gateBias: Parameter

  package init(_ layout: inout ParameterLayout, suffix: String, inputSize: Int, hiddenSize: Int) {
    recurrent = RecurrentParameters(
      &layout, cell: .lstm, suffix: suffix, inputSize: inputSize, hiddenSize: hiddenSize)
    gateWeight = layout.add("lstm.skip_weight_\(suffix)", [hiddenSize], .uniform(fanIn: hiddenSize))
    gateBias = layout.add("lstm.skip_bias_\(suffix)", [1], .ones)
  }

  /// All of a direction's weights, for descriptions.
  package var all: [Parameter] {
    [
      recurrent.inputWeight, recurrent.recurrentWeight, recurrent.inputBias, recurrent.recurrentBias,
      gateWeight, gateBias,
    ]
  }
}
