import DiscernTensor

/// A decoder block of a transformer: self-attention, attention to the source, and two linear layers with a
/// GELU between them, each part with a residual connection and its input normalised (pre-norm).
struct WritingBlock: Sendable {
  /// The block's first and last parts: self-attention, and the two linear layers.
  let own: SelfAttentionBlock
  private let norm: LayerNormParameters
  private let query, key, value, output: LinearParameters

  /// - Parameters:
  ///   - index: the block's index, from 0.
  ///   - draws: the number of the first of its three dropout draws.
  init(
    _ layout: inout ParameterLayout, index: Int, size: Int, heads: Int, rate: Float, widening: Int, draws: Int
  ) {
    own = SelfAttentionBlock(
      &layout, index: index, size: size, heads: heads, rate: rate, widening: widening, draws: draws)
    let prefix = "cross_attention.l\(index)"
    func linear(_ name: String, bias: Bool = true) -> LinearParameters {
      LinearParameters(
        &layout, prefix: "\(prefix).\(name)", inputSize: size, outputSize: size, bias: bias)
    }
    norm = LayerNormParameters(&layout, prefix: "\(prefix).norm", size: size)
    query = linear("query")
    // A bias would cancel in the softmax.
    key = linear("key", bias: false)
    value = linear("value")
    output = linear("output")
  }

  /// The keys and values of the block's attention, from encoder states [S, F].
  func memory(_ states: Variable, _ tape: Tape) -> EncoderDecoder.Memory {
    EncoderDecoder.Memory(keys: tape.linear(states, key), values: tape.linear(states, value))
  }

  /// - Parameters:
  ///   - memory: of the encoded sources, packed by `memoryLayout`.
  ///   - sourceOfTarget: [N] the source that each sequence attends to.
  ///   - attend: maps queries, keys and values [R, F] of the decoder to the result of self-attention.
  func callAsFunction(
    _ states: Variable, _ pass: Pass, _ memory: EncoderDecoder.Memory, _ memoryLayout: PackedLayout,
    sourceOfTarget: [Int], _ attend: (Variable, Variable, Variable) -> Variable
  ) -> Variable {
    let tape = pass.tape
    let written = own.attended(states, pass, attend)
    let context = tape.crossAttention(
      query: tape.linear(tape.layerNorm(written, norm), query), layout: pass.layout, key: memory.keys,
      value: memory.values, keyLayout: memoryLayout, keySequences: sourceOfTarget, heads: own.heads)
    return own.changed(tape.add(own.dropped(tape.linear(context, output), pass, 2), written), pass)
  }
}
