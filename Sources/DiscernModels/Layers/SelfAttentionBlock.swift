import DiscernIO
import DiscernTensor

/// A self-attention block over a text's tokens: multi-head attention, then two linear layers with a GELU
/// between them, each part with a residual connection and its input normalised (pre-norm; Xiong et al. 2020).
package struct SelfAttentionBlock: SequenceLayer, Hashable {
  package let heads: Int
  /// The tokens that a token attends to.
  package let reach: AttentionReach
  /// Whether a token attends only to itself and earlier tokens within its reach.
  let isCausal: Bool
  /// The dependence of scores on distances between tokens; nil: none.
  package let places: RelativeParameters?
  /// The projections of keys and values along the text; both or neither.
  package let keyProjection, valueProjection: SequenceProjection?
  package let attentionNorm: LayerNormParameters
  package let query, key, value, output: LinearParameters
  package let norm: LayerNormParameters
  package let inner, outer: LinearParameters
  /// The number of the block's first dropout draw.
  private let draws: Int
  /// The dropout rate without a schedule.
  private let rate: Float

  /// The factor by which features are widened between the two linear layers.
  package static let widening = 2

  /// - Parameters:
  ///   - index: the block's index, from 0.
  ///   - size: F, features of a token.
  ///   - projection: of keys and values along the text; nil: none.
  ///   - widening: the factor by which features are widened between the two linear layers.
  ///   - draws: the number of the block's first dropout draw; nil: that of a network with only such blocks.
  package init(
    _ layout: inout ParameterLayout, index: Int, size: Int, heads: Int, reach: AttentionReach = .all,
    isCausal: Bool = false, isRelative: Bool = false, projection: Projection? = nil, rate: Float,
    widening: Int = Self.widening, draws: Int? = nil
  ) {
    let prefix = "self_attention.l\(index)"
    self.draws = draws ?? 2 * index
    self.heads = heads
    (self.reach, self.isCausal) = (reach, isCausal)
    self.rate = rate
    func linear(_ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = true) -> LinearParameters {
      LinearParameters(
        &layout, prefix: "\(prefix).\(name)", inputSize: inputs, outputSize: outputs, bias: bias,
        isQuantizable: true)
    }
    attentionNorm = LayerNormParameters(&layout, prefix: "\(prefix).attention_norm", size: size)
    // With relative positions, their biases are added to queries instead.
    query = linear("query", size, size, bias: !isRelative)
    // A bias would cancel in the softmax.
    key = linear("key", size, size, bias: false)
    value = linear("value", size, size)
    output = linear("output", size, size)
    norm = LayerNormParameters(&layout, prefix: "\(prefix).norm", size: size)
    inner = linear("inner", size, widening * size)
    outer = linear("outer", widening * size, size)
    keyProjection = projection?.weights(&layout, "\(prefix).key", heads: heads)
    valueProjection = projection?.weights(&layout, "\(prefix).value", heads: heads)
    places = isRelative ? RelativeParameters(&layout, prefix: prefix, size: size) : nil
  }

  /// How keys and values are projected.
  package struct Projection {
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
    let tokens = pass.layout.stepCount
    let positions = places?.positions(pass, tokens: tokens, memory: 0, reach: reach, isCausal: isCausal)
    let attended = attended(input.tokens(pass), pass) { context($0, $1, $2, positions, pass) }
    return Sequences(changed(attended, pass))
  }

  /// The result of attention to a text's tokens, or to the rows that they are projected to.
  private func context(
    _ query: Variable, _ key: Variable, _ value: Variable, _ positions: RelativePositions?, _ pass: Pass
  ) -> Variable {
    let (tape, layout) = (pass.tape, pass.layout)
    guard let keyProjection, let valueProjection else {
      return tape.selfAttention(
        query: query, key: key, value: value, layout: layout, heads: heads, isCausal: isCausal,
        reach: reach, positions: positions)
    }
    return tape.crossAttention(
      query: query, layout: layout, key: tape.project(key, by: keyProjection, layout: layout),
      value: tape.project(value, by: valueProjection, layout: layout),
      keyLayout: keyProjection.layout(of: layout), keySequences: Array(0..<layout.sequenceCount), heads: heads
    )
  }

  /// The block's first half.
  ///
  /// - Parameters:
  ///   - memory: states of the tokens before the sequences, step by step, used only for keys and values; nil:
  ///     none.
  ///   - attend: maps queries [S, F], keys and values to the result of attention; keys and values begin with
  ///     those of the memory.
  func attended(
    _ states: Variable, _ pass: Pass, memory: Matrix? = nil,
    _ attend: (Variable, Variable, Variable) -> Variable
  ) -> Variable {
    let tape = pass.tape
    let normal = tape.layerNorm(memory.map { tape.rows($0, before: states) } ?? states, attentionNorm)
    let own = tape.lastRows(states.value.rows, of: normal)
    let context = attend(tape.linear(own, query), tape.linear(normal, key), tape.linear(normal, value))
    return tape.add(dropped(tape.linear(context, output), pass, 0), states)
  }

  /// The block's second half.
  func changed(_ states: Variable, _ pass: Pass) -> Variable {
    let tape = pass.tape
    let changed = tape.linear(tape.gelu(tape.linear(tape.layerNorm(states, norm), inner)), outer)
    return tape.add(dropped(changed, pass, 1), states)
  }

  /// - Parameter place: the draw's number in the block, from 0.
  func dropped(_ values: Variable, _ pass: Pass, _ place: Int) -> Variable {
    pass.tape.dropout(
      values, probability: pass.rates?.layers ?? rate, stream: pass.stream(.blockDropout, draws + place))
  }

  /// A block's reach in words; empty: the whole text.
  private var reachInWords: String {
    switch reach {
    case .all: break
    case .window(let size): return ", \(size) tokens on each side"
    case .segments(let length, let memory): return ", segments of \(length) tokens and \(memory) before each"
    }
    guard let keyProjection else { return "" }
    return ", \(keyProjection.rows) rows of \(keyProjection.tokens) tokens"
      + (keyProjection.groups > 1 ? " by head" : "")
  }

  package func describe(to description: inout NetworkDescription) {
    let linears = [query, key, value, output, inner, outer]
    description.add(
      "self-attention, \(heads) heads, \(inner.weight.rows) between\(reachInWords)"
        + (places == nil ? "" : ", relative positions")
        + (rate > 0 ? ", dropout \(rate)" : ""),
      .tokens(query.weight.rows), .selfAttentionBlock(self),
      parameters: linears.flatMap { [$0.weight, $0.bias] }
        + [attentionNorm, norm].flatMap { [$0.weight, $0.bias] }
        + [keyProjection?.weight, valueProjection?.weight]
        + [places?.projection.weight, places?.contentBias, places?.positionBias],
      productsPerToken: linears.reduce(0) { $0 + $1.weight.count })
  }
}

/// Tokens of the previous segment serve as keys and values, computed from the states that the block read of
/// them. These states have no gradient, but the block's weights still learn from them.
extension SelfAttentionBlock: SegmentLayer {
  package func opened(_ pass: Pass, length: Int) -> SegmentRun {
    guard case .segments(_, let limit) = reach else { preconditionFailure("a block without segments") }
    // No text in the batch needs longer distances.
    let positions = places?.positions(
      pass, tokens: length, memory: min(limit, pass.layout.stepCount), reach: .all, isCausal: isCausal)
    return SegmentRun(shared: positions.map { [$0.rows] } ?? []) { input, pass, state in
      var before: AttentionMemory?
      if case .attention(let own)? = state { before = own }
      let (tape, layout) = (pass.tape, pass.layout)
      let memory = before?.states(ofFirst: layout.sequenceCount, tape.workspace)
      let attended = self.attended(input, pass, memory: memory) { query, key, value in
        tape.selfAttention(
          query: query, key: key, value: value, layout: layout, heads: self.heads, isCausal: self.isCausal,
          memory: before?.tokenCount ?? 0, positions: positions)
      }
      let kept = AttentionMemory(before: before, input.value, layout, limit: limit, tape.workspace)
      return (self.changed(attended, pass), .attention(kept))
    }
  }
}
