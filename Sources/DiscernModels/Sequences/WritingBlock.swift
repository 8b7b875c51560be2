import DiscernTensor

/// A block of a transformer that writes: self-attention, attention to what was read, and two products with a
/// GELU between them, each added to what it was given and normalised before (pre-norm).
struct WritingBlock: Sendable {
  /// Its first and its last part.
  let own: SelfAttentionBlock
  private let norm: LayerNormParameters
  private let query, key, value, output: LinearParameters

  /// - Parameters:
  ///   - index: of the block, from 0.
  ///   - draws: the number of the first of its three draws of dropout.
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
    // Softmax cancels a bias.
    key = linear("key", bias: false)
    value = linear("value")
    output = linear("output")
  }

  /// What the block's attention looks up in states [S, F] that were read.
  func memory(_ states: Variable, _ tape: Tape) -> EncoderDecoder.Memory {
    EncoderDecoder.Memory(keys: tape.linear(states, key), values: tape.linear(states, value))
  }

  /// - Parameters:
  ///   - memory: of what was read, packed by `memoryLayout`.
  ///   - sourceOfTarget: [N] which of its sequences each one reads.
  ///   - attend: from queries, keys and values [R, F] of what is written to what it attends to.
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
