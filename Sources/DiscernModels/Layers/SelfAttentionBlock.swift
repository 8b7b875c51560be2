import DiscernIO
import DiscernTensor

/// A self-attention block over a text's tokens: multi-head attention, then two linear layers with a GELU
/// between them, each part with a residual connection and its input normalised (pre-norm; Xiong et al. 2020).
package struct SelfAttentionBlock: SequenceLayer, Hashable {
  package let heads: Int
  /// How many tokens on each side a token attends to; nil: all.
  package let window: Int?
  /// The projections of keys and values along the text; both or neither.
  package let keyProjection, valueProjection: SequenceProjection?
  package let attentionNorm: LayerNormParameters
  package let query, key, value, output: LinearParameters
  package let norm: LayerNormParameters
  package let inner, outer: LinearParameters
  /// The number of its first draw of dropout.
  private let draws: Int
  /// Of dropout, without a schedule.
  private let rate: Float

  /// The factor by which features are widened between the two linear layers.
  static let widening = 2

  /// - Parameters:
  ///   - index: the block's index, from 0.
  ///   - size: F, features of a token.
  ///   - projection: of keys and values along the text; nil: none.
  ///   - widening: the factor by which features are widened between the two linear layers.
  ///   - draws: the number of its first dropout draw; nil: the number in a network of only such blocks.
  init(
    _ layout: inout ParameterLayout, index: Int, size: Int, heads: Int, window: Int? = nil,
    projection: Projection? = nil, rate: Float, widening: Int = Self.widening, draws: Int? = nil
  ) {
    let prefix = "self_attention.l\(index)"
    self.draws = draws ?? 2 * index
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
    // A bias would cancel in the softmax.
    key = linear("key", size, size, bias: false)
    value = linear("value", size, size)
    output = linear("output", size, size)
    norm = LayerNormParameters(&layout, prefix: "\(prefix).norm", size: size)
    inner = linear("inner", size, widening * size)
    outer = linear("outer", widening * size, size)
    keyProjection = projection?.weights(&layout, "\(prefix).key", heads: heads)
    valueProjection = projection?.weights(&layout, "\(prefix).value", heads: heads)
  }

  /// How keys and values are projected.
  struct Projection {
    let rows: Int
    let tokens: Int
    let isPerHead: Bool

    /// The configured projection; nil if there is none.
    init?(_ configuration: RecurrentConfiguration) {
      guard let rows = configuration.attentionProjection,
        let tokens = configuration.attentionProjectionTokens
      else { return nil }
      (self.rows, self.tokens) = (min(rows, tokens), tokens)
      isPerHead = configuration.attentionProjectionPerHead
    }

    fileprivate func weights(
      _ layout: inout ParameterLayout, _ prefix: String, heads: Int
    ) -> SequenceProjection {
      SequenceProjection(
        &layout, name: "\(prefix)_projection.weight", rows: rows, tokens: tokens,
        groups: isPerHead ? heads : 1)
    }
  }

  package func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    let attended = attended(input.tokens(pass), pass) { context($0, $1, $2, pass) }
    return Sequences(changed(attended, pass))
  }

  /// What each token attends to: the other tokens, or the rows that they are projected to.
  private func context(_ query: Variable, _ key: Variable, _ value: Variable, _ pass: Pass) -> Variable {
    let (tape, layout) = (pass.tape, pass.layout)
    guard let keyProjection, let valueProjection else {
      return tape.selfAttention(
        query: query, key: key, value: value, layout: layout, heads: heads, window: window)
    }
    return tape.crossAttention(
      query: query, layout: layout, key: tape.project(key, by: keyProjection, layout: layout),
      value: tape.project(value, by: valueProjection, layout: layout),
      keyLayout: keyProjection.layout(of: layout), keySequences: Array(0..<layout.sequenceCount), heads: heads
    )
  }

  /// The block's first half.
  ///
  /// - Parameter attend: maps queries, keys and values [S, F] to the result of attention.
  func attended(
    _ states: Variable, _ pass: Pass, _ attend: (Variable, Variable, Variable) -> Variable
  ) -> Variable {
    let tape = pass.tape
    let normal = tape.layerNorm(states, attentionNorm)
    let context = attend(tape.linear(normal, query), tape.linear(normal, key), tape.linear(normal, value))
    return tape.add(dropped(tape.linear(context, output), pass, 0), states)
  }

  /// The block's second half.
  func changed(_ states: Variable, _ pass: Pass) -> Variable {
    let tape = pass.tape
    let changed = tape.linear(tape.gelu(tape.linear(tape.layerNorm(states, norm), inner)), outer)
    return tape.add(dropped(changed, pass, 1), states)
  }

  /// - Parameter place: of the draw, from 0.
  func dropped(_ values: Variable, _ pass: Pass, _ place: Int) -> Variable {
    pass.tape.dropout(
      values, probability: pass.rates?.layers ?? rate, stream: pass.stream(.blockDropout, draws + place))
  }

  /// What each token attends to, in words; empty: its whole text.
  private var reach: String {
    if let window { return ", \(window) tokens on each side" }
    guard let keyProjection else { return "" }
    return ", \(keyProjection.rows) rows of \(keyProjection.tokens) tokens"
      + (keyProjection.groups > 1 ? " by head" : "")
  }

  package func describe(to description: inout NetworkDescription) {
    let linears = [query, key, value, output, inner, outer]
    description.add(
      "self-attention, \(heads) heads, \(inner.weight.rows) between\(reach)"
        + (rate > 0 ? ", dropout \(rate)" : ""),
      .tokens(query.weight.rows), .selfAttentionBlock(self),
      parameters: linears.flatMap { [$0.weight, $0.bias] }
        + [attentionNorm, norm].flatMap { [$0.weight, $0.bias] }
        + [keyProjection?.weight, valueProjection?.weight],
      productsPerToken: linears.reduce(0) { $0 + $1.weight.count })
  }
}
