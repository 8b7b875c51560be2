import DiscernIO
import DiscernTensor

/// A transformer block: self-attention and two linear layers, each part followed by a residual connection and
/// a norm (post-norm). Weights have Hugging Face's names.
package struct TransformerBlock: Sendable, Hashable {
  package let heads: Int
  package let query, key, value, output: LinearParameters
  package let attentionNorm: LayerNormParameters
  package let inner, outer: LinearParameters
  package let norm: LayerNormParameters
  private let number: Int

  /// - Parameter number: the block's number, from 0; keys its dropout.
  init(_ configuration: TransformerConfiguration, _ layout: inout ParameterLayout, number: Int) {
    let size = configuration.hiddenSize
    let prefix = "encoder.layer.\(number)"
    self.number = number
    heads = configuration.headCount
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearParameters {
      LinearParameters(
        &layout, prefix: "\(prefix).\(name)", inputSize: inputs, outputSize: outputs, isQuantizable: true)
    }
    func norm(_ name: String) -> LayerNormParameters {
      LayerNormParameters(
        &layout, prefix: "\(prefix).\(name)", size: size, epsilon: configuration.epsilon)
    }
    query = linear("attention.self.query", size, size)
    key = linear("attention.self.key", size, size)
    value = linear("attention.self.value", size, size)
    output = linear("attention.output.dense", size, size)
    attentionNorm = norm("attention.output.LayerNorm")
    inner = linear("intermediate.dense", size, configuration.innerSize)
    outer = linear("output.dense", configuration.innerSize, size)
    self.norm = norm("output.LayerNorm")
  }

  /// - Parameters:
  ///   - tape: the pass's own, or one without gradients.
  ///   - dropout: the dropout rate after attention and after the linear layers.
  func callAsFunction(_ input: Variable, _ pass: Pass, on tape: Tape, dropout: Float) -> Variable {
    func dropped(_ values: Variable, _ place: Int) -> Variable {
      tape.dropout(
        values, probability: dropout, stream: pass.stream(.layerDropout, 2 * number + place))
    }
    let context = tape.selfAttention(
      query: tape.linear(input, query), key: tape.linear(input, key), value: tape.linear(input, value),
      layout: pass.layout, heads: heads)
    let attended = tape.layerNorm(
      tape.add(dropped(tape.linear(context, output), 0), input), attentionNorm)
    let changed = tape.linear(tape.gelu(tape.linear(attended, inner)), outer)
    return tape.layerNorm(tape.add(dropped(changed, 1), attended), norm)
  }

  func describe(to description: inout NetworkDescription) {
    let linears = [query, key, value, output, inner, outer]
    let norms = [attentionNorm, norm]
    description.add(
      "transformer block, \(heads) heads, \(inner.weight.rows) between"
        + (query.weight.isFixed ? " (frozen)" : ""),
      .tokens(query.weight.rows), .transformerBlock(self),
      parameters: linears.flatMap { [$0.weight, $0.bias] } + norms.flatMap { [$0.weight, $0.bias] },
      productsPerToken: linears.reduce(0) { $0 + $1.weight.count })
  }
}
