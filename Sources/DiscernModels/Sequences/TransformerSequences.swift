import DiscernTensor

// Notation: N sequences, R tokens in all, D features of a token's vector, F of its state, V target tokens.

/// A transformer encoder and decoder (Vaswani et al. 2017), normalised before each part (Xiong et al. 2020).
/// Positions are sinusoidal, so that sequences can have any length.
struct TransformerSequences: Sendable {
  private let configuration: SequenceConfiguration
  private let sourceTable, targetTable: EmbeddingTable
  private let sourceWords, targetWords: PositionEncodedWords
  private let reading: [SelfAttentionBlock]
  private let writing: [WritingBlock]
  private let readingNorm, writingNorm: LayerNormParameters
  private let output: LinearParameters

  /// The factor by which features are widened between a block's two linear layers.
  private static let widening = 4

  init(_ configuration: SequenceConfiguration, _ layout: inout ParameterLayout) {
    self.configuration = configuration
    let (features, size) = (configuration.embeddingSize, configuration.hiddenSize)
    let (heads, rate) = (configuration.attentionHeads, configuration.dropout)
    // The deviation makes projected vectors as large as the position encodings.
    sourceTable = layout.addTable(
      "source.embedding.weight", rows: configuration.sourceVocabularySize, columns: features,
      .normal(deviation: 1), hasPadding: false)
    targetTable = layout.addTable(
      "target.embedding.weight", rows: configuration.targetVocabularySize, columns: features,
      .normal(deviation: 1), hasPadding: false)
    layout.namePrefix = "encoder."
    sourceWords = PositionEncodedWords(&layout, inputSize: features, size: size)
    reading = (0..<configuration.encoderLayers).map {
      SelfAttentionBlock(
        &layout, index: $0, size: size, heads: heads, rate: rate, widening: Self.widening, draws: 2 * $0)
    }
    readingNorm = LayerNormParameters(&layout, prefix: "norm", size: size)
    layout.namePrefix = "decoder."
    targetWords = PositionEncodedWords(&layout, inputSize: features, size: size)
    let first = 2 * configuration.encoderLayers
    writing = (0..<configuration.decoderLayers).map {
      WritingBlock(
        &layout, index: $0, size: size, heads: heads, rate: rate, widening: Self.widening,
        draws: first + 3 * $0)
    }
    writingNorm = LayerNormParameters(&layout, prefix: "norm", size: size)
    layout.namePrefix = ""
    output = LinearParameters(
      &layout, prefix: "output", inputSize: size, outputSize: configuration.targetVocabularySize)
  }

  private func pass(_ tape: Tape, _ batch: PackedBatch, _ dropping: EncoderDecoder.Dropping?) -> Pass {
    Pass(
      tape, batch, seed: dropping?.seed ?? 0, step: dropping?.step ?? 0,
      rates: dropping == nil ? .nothing : nil)
  }

  /// Tokens with their positions added  // [R, F]
  private func tokens(
    _ table: EmbeddingTable, _ words: PositionEncodedWords, _ pass: Pass,
    _ dropping: EncoderDecoder.Dropping?,
    number: Int, from place: Int = 0
  ) -> Variable {
    var vectors = pass.tape.embedding(table, pass.batch.distinctIDs)
    if let dropping {
      vectors = pass.tape.dropout(
        vectors, probability: configuration.dropout, stream: dropping.stream(number))
    }
    return words(Sequences(vectors, tokenRows: pass.batch.tokenRows), pass, from: place).tokens(pass)
  }

  /// See `EncoderDecoder.encode`.
  func encode(
    _ tape: Tape, _ source: PackedBatch, _ dropping: EncoderDecoder.Dropping?
  ) -> EncoderDecoder.Encoding {
    let pass = pass(tape, source, dropping)
    let tokens = tokens(sourceTable, sourceWords, pass, dropping, number: 0)
    let states = tape.layerNorm(
      reading.reduce(Sequences(tokens)) { $1($0, pass) }.tokens(pass), readingNorm)
    return EncoderDecoder.Encoding(
      layout: source.layout, memories: writing.map { $0.memory(states, tape) })
  }

  /// See `EncoderDecoder.decode`.
  func decode(
    _ tape: Tape, _ target: PackedBatch, _ encoding: EncoderDecoder.Encoding, sourceOfTarget: [Int],
    _ dropping: EncoderDecoder.Dropping?
  ) -> Variable {
    let pass = pass(tape, target, dropping)
    return write(
      tokens(targetTable, targetWords, pass, dropping, number: 1), pass, encoding, sourceOfTarget
    ) { _, query, key, value in
      tape.selfAttention(
        query: query, key: key, value: value, layout: target.layout, heads: configuration.attentionHeads,
        isCausal: true)
    }
  }

  /// See `EncoderDecoder.step`. Keys and values of earlier tokens are kept, so that a step computes only one
  /// token.
  func step(
    _ tape: Tape, _ tokens: [Int32], _ encoding: EncoderDecoder.Encoding, sourceOfTarget: [Int],
    _ states: inout KeyValueStates
  ) -> Variable {
    let pass = pass(tape, PackedBatch(singleTokens: tokens), nil)
    let place = states.length
    let count = tokens.count
    precondition(count == states.count, "\(count) tokens of \(states.count) sequences")
    let seen = PackedLayout(lengths: [Int](repeating: place + 1, count: count))
    let input = self.tokens(targetTable, targetWords, pass, nil, number: 1, from: place)
    return write(input, pass, encoding, sourceOfTarget) { layer, query, key, value in
      states.append(keys: key.value, values: value.value, toLayer: layer)
      let all = states.all(ofLayer: layer, tape.workspace)
      return tape.crossAttention(
        query: query, layout: pass.layout, key: Variable(all.keys), value: Variable(all.values),
        keyLayout: seen, keySequences: Array(0..<count), heads: configuration.attentionHeads)
    }
  }

  private func write(
    _ tokens: Variable, _ pass: Pass, _ encoding: EncoderDecoder.Encoding, _ sourceOfTarget: [Int],
    attend: (Int, Variable, Variable, Variable) -> Variable
  ) -> Variable {
    var values = tokens
    for (layer, (block, memory)) in zip(writing, encoding.memories).enumerated() {
      values = block(values, pass, memory, encoding.layout, sourceOfTarget: sourceOfTarget) {
        attend(layer, $0, $1, $2)
      }
    }
    return pass.tape.linear(pass.tape.layerNorm(values, writingNorm), output)
  }

  /// The states of sequences before anything is written.
  func states(count: Int) -> KeyValueStates {
    KeyValueStates(layers: writing.count, size: configuration.hiddenSize, count: count)
  }
}
