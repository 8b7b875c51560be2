import DiscernTensor

/// A head of a model: its configuration, the rules of its kind, and its output layer.
package struct Head: Sendable {
  package let configuration: HeadConfiguration
  package let rules: any HeadRules
  private let output: LinearParameters

  var bias: Parameter? { output.bias }

  /// Adds the head's weights to a model's layout: `output` for the only head, `output.NAME` for one of
  /// several, with the prefix of the network's part if that has heads of its own.
  init(
    _ configuration: HeadConfiguration, isOnly: Bool, inputSize: Int, _ layout: inout ParameterLayout,
    prefix: String = ""
  ) {
    self.configuration = configuration
    rules = configuration.rules
    output = LinearParameters(
      &layout, prefix: prefix + (isOnly ? "output" : "output.\(configuration.name)"),
      inputSize: inputSize, outputSize: rules.outputCount)
  }

  /// Logits [N, C] of features [N, F].
  func callAsFunction(_ features: Variable, _ tape: Tape) -> Variable { tape.linear(features, output) }

  func describe(to description: inout NetworkDescription) {
    description.add(
      "linear" + (configuration.name.isEmpty ? "" : " for \(configuration.name)")
        + ", \(rules.activationName)",
      .text(rules.outputCount), .output(output), parameters: [output.weight, output.bias])
  }
}
