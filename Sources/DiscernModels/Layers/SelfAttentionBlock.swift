import DiscernIO
import DiscernTensor

/// A block of self-attention over a text's tokens: attention of several heads, then two products with a GELU
/// between them, each added to what it was given and normalised before (pre-norm; Xiong et al. 2020).
package struct SelfAttentionBlock: SequenceLayer, Hashable {
  package let heads: Int
  /// Tokens on each side of one that it attends to; nil: all.
  package let window: Int?
  package let attentionNorm: LayerNormParameters
  package let query, key, value, output: LinearParameters
  package let norm: LayerNormParameters
  package let inner, outer: LinearParameters
  private let index: Int
  /// Of dropout, without a schedule.
  private let rate: Float

  /// How many times as many features there are between the two products.
  static let widening = 2

  /// - Parameters:
  ///   - index: of the block, from 0.
  ///   - size: F, features of a token.
  init(
    _ layout: inout ParameterLayout, index: Int, size: Int, heads: Int, window: Int?, rate: Float
  ) {
    let prefix = "self_attention.l\(index)"
    self.index = index
    self.heads = heads
    self.window = window
    self.rate = rate
    func linear(_ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = true) -> LinearParameters {
      LinearParameters(
        &layout, prefix: "\(prefix).\(name)", inputSize: inputs, outputSize: outputs, bias: bias,
        isQuantizable: true)
    }
    attentionNorm = LayerNormParameters(&layout, prefix: "\(prefix).attention_norm", size: size)
    query = linear("query", size, size)
    // Softmax cancels a bias.
    key = linear("key", size, size, bias: false)
    value = linear("value", size, size)
    output = linear("output", size, size)
    norm = LayerNormParameters(&layout, prefix: "\(prefix).norm", size: size)
    inner = linear("inner", size, Self.widening * size)
    outer = linear("outer", Self.widening * size, size)
  }

  package func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    let tape = pass.tape
    func dropped(_ values: Variable, _ place: Int) -> Variable {
      tape.dropout(
        values, probability: pass.rates?.layers ?? rate,
        stream: pass.stream(.blockDropout, 2 * index + place))
    }
    let states = input.tokens(pass)  // [S, F]
    let normal = tape.layerNorm(states, attentionNorm)
    let context = tape.selfAttention(
      query: tape.linear(normal, query), key: tape.linear(normal, key), value: tape.linear(normal, value),
      layout: pass.layout, heads: heads, window: window)
    let attended = tape.add(dropped(tape.linear(context, output), 0), states)
    let changed = tape.linear(tape.gelu(tape.linear(tape.layerNorm(attended, norm), inner)), outer)
    return Sequences(tape.add(dropped(changed, 1), attended))
  }

  package func describe(to description: inout NetworkDescription) {
    let linears = [query, key, value, output, inner, outer]
    description.add(
      "self-attention, \(heads) heads, \(inner.weight.rows) between"
        + (window.map { ", \($0) tokens on each side" } ?? "") + (rate > 0 ? ", dropout \(rate)" : ""),
      .tokens(query.weight.rows), .selfAttentionBlock(self),
      parameters: linears.flatMap { [$0.weight, $0.bias] }
        + [attentionNorm, norm].flatMap { [$0.weight, $0.bias] },
      productsPerToken: linears.reduce(0) { $0 + $1.weight.count })
  }
}
