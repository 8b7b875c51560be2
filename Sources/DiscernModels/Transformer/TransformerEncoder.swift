import DiscernTensor

/// BERT's encoder: word, kind and place of each token, then blocks of self-attention and two products, each
/// with a shortcut and a norm behind it (post-norm). Weights have Hugging Face's names.
package struct TransformerEncoder: Sendable {
  private let words: EmbeddingTable
  private let positions: EmbeddingTable
  private let kinds: EmbeddingTable?
  private let norm: LayerNormParameters
  private let blocks: [TransformerBlock]

  package init(_ configuration: TransformerConfiguration, _ layout: inout ParameterLayout) {
    let size = configuration.hiddenSize
    func table(_ name: String, _ rows: Int, _ layout: inout ParameterLayout) -> EmbeddingTable {
      layout.addTable(
        "embeddings.\(name)_embeddings.weight", rows: rows, columns: size, .normal(deviation: 0.02),
        isTrainable: false, hasPadding: false)
    }
    words = table("word", configuration.vocabularySize, &layout)
    positions = table("position", configuration.positionCount, &layout)
    kinds = configuration.kindCount > 0 ? table("token_type", configuration.kindCount, &layout) : nil
    norm = LayerNormParameters(
      &layout, prefix: "embeddings.LayerNorm", size: size, epsilon: configuration.epsilon)
    blocks = (0..<configuration.layerCount).map {
      layout.depth += 1
      return TransformerBlock(configuration, &layout, prefix: "encoder.layer.\($0)")
    }
  }

  /// The states of all tokens  // [S, F]
  package func callAsFunction(_ pass: Pass) -> Variable {
    let (tape, layout) = (pass.tape, pass.layout)
    var input = tape.expandRows(tape.embedding(words, pass.batch.distinctIDs), pass.batch.tokenRows)
    if let kinds {
      let rows = TokenRows(rowOfToken: [Int32](repeating: 0, count: layout.tokenCount), rowCount: 1)
      input = tape.add(input, tape.expandRows(tape.embedding(kinds, [0]), rows))
    }
    var places: [Int32] = []
    places.reserveCapacity(layout.tokenCount)
    for (step, count) in layout.batchSizes.enumerated() {
      places.append(contentsOf: repeatElement(Int32(step), count: count))
    }
    let rows = TokenRows(rowOfToken: places, rowCount: layout.stepCount)
    let steps = tape.embedding(positions, (0..<Int32(layout.stepCount)).map(\.self))
    input = tape.layerNorm(tape.add(input, tape.expandRows(steps, rows)), norm)
    return blocks.reduce(input) { $1($0, pass) }
  }
}

/// A block of a transformer.
private struct TransformerBlock: Sendable {
  private let heads: Int
  private let query, key, value, output: LinearParameters
  private let attentionNorm: LayerNormParameters
  private let inner, outer: LinearParameters
  private let norm: LayerNormParameters

  init(_ configuration: TransformerConfiguration, _ layout: inout ParameterLayout, prefix: String) {
    let size = configuration.hiddenSize
    heads = configuration.headCount
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearParameters {
      LinearParameters(&layout, prefix: "\(prefix).\(name)", inputSize: inputs, outputSize: outputs)
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

  func callAsFunction(_ input: Variable, _ pass: Pass) -> Variable {
    let tape = pass.tape
    let context = tape.selfAttention(
      query: tape.linear(input, query), key: tape.linear(input, key), value: tape.linear(input, value),
      layout: pass.layout, heads: heads)
    let attended = tape.layerNorm(tape.add(tape.linear(context, output), input), attentionNorm)
    let changed = tape.linear(tape.gelu(tape.linear(attended, inner)), outer)
    return tape.layerNorm(tape.add(changed, attended), norm)
  }
}
