import DiscernIO
import DiscernTensor

// Notation: M sources of S tokens in all, N targets of R tokens in all, D features of a token's vector, E of
// a source token's state, H units, V target tokens.

/// A recurrent encoder and decoder with attention (Bahdanau et al. 2015; Luong et al. 2015).
///
/// The encoder may run in both directions; its last states are part of the decoder's input at each step (Cho
/// et al. 2014). After the decoder's first layer, each state attends to the source's tokens by scaled dot
/// product and is joined with the weighted mean: tanh(W [h; c]). Further layers read the result, so their
/// states depend on earlier attention.
struct RecurrentSequences: Sendable {
  private let configuration: SequenceConfiguration
  private let sourceTable, targetTable: EmbeddingTable
  /// By layer, one or two directions.
  private let reading: [[RecurrentParameters]]
  private let writing: [RecurrentParameters]
  private let query, key, joined, output: LinearParameters

  init(_ configuration: SequenceConfiguration, _ layout: inout ParameterLayout) {
    self.configuration = configuration
    let (size, hidden) = (configuration.embeddingSize, configuration.hiddenSize)
    let state = configuration.stateSize
    sourceTable = layout.addTable(
      "source.embedding.weight", rows: configuration.sourceVocabularySize, columns: size,
      .normal(deviation: 0.1), hasPadding: false)
    targetTable = layout.addTable(
      "target.embedding.weight", rows: configuration.targetVocabularySize, columns: size,
      .normal(deviation: 0.1), hasPadding: false)
    reading = (0..<configuration.encoderLayers).map { layer in
      (configuration.isBidirectional ? ["", "_reverse"] : [""]).map { ending in
        RecurrentParameters(
          &layout, cell: configuration.cell, prefix: "encoder.", suffix: "l\(layer)\(ending)",
          inputSize: layer == 0 ? size : state, hiddenSize: hidden)
      }
    }
    writing = (0..<configuration.decoderLayers).map { layer in
      RecurrentParameters(
        &layout, cell: configuration.cell, prefix: "decoder.", suffix: "l\(layer)",
        inputSize: layer == 0 ? size + state : hidden, hiddenSize: hidden)
    }
    query = LinearParameters(&layout, prefix: "attention.query", inputSize: hidden, outputSize: state)
    // A bias would cancel in the softmax.
    key = LinearParameters(
      &layout, prefix: "attention.key", inputSize: state, outputSize: state, bias: false)
    joined = LinearParameters(
      &layout, prefix: "attention.joined", inputSize: hidden + state, outputSize: hidden)
    output = LinearParameters(
      &layout, prefix: "output", inputSize: hidden, outputSize: configuration.targetVocabularySize)
  }

  private func dropped(
    _ tape: Tape, _ values: Variable, _ dropping: EncoderDecoder.Dropping?, _ place: Int
  ) -> Variable {
    guard let dropping else { return values }
    return tape.dropout(values, probability: configuration.dropout, stream: dropping.stream(place))
  }

  /// - Parameter dropping: the dropout; nil: none.
  func encode(
    _ tape: Tape, _ source: PackedBatch, _ dropping: EncoderDecoder.Dropping?
  ) -> EncoderDecoder.Encoding {
    var input = dropped(tape, tape.embedding(sourceTable, source.distinctIDs), dropping, 0)
    var rows: TokenRows? = source.tokenRows
    for (index, directions) in reading.enumerated() {
      if index > 0 { input = dropped(tape, input, dropping, 2 + index) }
      input = tape.recurrentLayer(input, rows: rows, layout: source.layout, directions: directions)
      rows = nil
    }
    return EncoderDecoder.Encoding(
      layout: source.layout,
      memories: [EncoderDecoder.Memory(keys: tape.linear(input, key), values: input)],
      last: tape.lastStatePooling(
        input, layout: source.layout, directions: configuration.isBidirectional ? 2 : 1))
  }

  /// See `EncoderDecoder.decode`.
  func decode(
    _ tape: Tape, _ target: PackedBatch, _ encoding: EncoderDecoder.Encoding, sourceOfTarget: [Int],
    _ dropping: EncoderDecoder.Dropping?
  ) -> Variable {
    write(tape, target, encoding, sourceOfTarget, dropping) { layer, input in
      tape.recurrentLayer(input, rows: nil, layout: target.layout, directions: [writing[layer]])
    }
  }

  /// See `EncoderDecoder.step`.
  func step(
    _ tape: Tape, _ tokens: [Int32], _ encoding: EncoderDecoder.Encoding, sourceOfTarget: [Int],
    _ states: inout LayerStates
  ) -> Variable {
    let target = PackedBatch(singleTokens: tokens)
    return write(tape, target, encoding, sourceOfTarget, nil) { layer, input in
      let before = states.state(ofLayer: layer, count: tokens.count, tape.workspace)
      let (values, after) = tape.recurrentLayer(
        input, rows: nil, layout: target.layout, writing[layer], from: before)
      states.keep(after, ofLayer: layer)
      return values
    }
  }

  private func write(
    _ tape: Tape, _ target: PackedBatch, _ encoding: EncoderDecoder.Encoding, _ sourceOfTarget: [Int],
    _ dropping: EncoderDecoder.Dropping?, layer run: (Int, Variable) -> Variable
  ) -> Variable {
    guard let memory = encoding.memories.first, let last = encoding.last else {
      preconditionFailure("read by another network")
    }
    let layout = target.layout
    let words = dropped(tape, tape.embedding(targetTable, target.distinctIDs), dropping, 1)
    let whole = tape.expandRows(
      last,
      TokenRows(
        rowOfToken: layout.batchSizes.flatMap { count in
          sourceOfTarget.prefix(count).map { Int32($0) }
        }, rowCount: encoding.layout.sequenceCount))
    var values = run(0, tape.concatenate([tape.expandRows(words, target.tokenRows), whole]))
    let context = tape.crossAttention(
      query: tape.linear(values, query), layout: layout, key: memory.keys, value: memory.values,
      keyLayout: encoding.layout, keySequences: sourceOfTarget, heads: 1)
    values = tape.tanh(tape.linear(tape.concatenate([values, context]), joined))
    for layer in writing.indices.dropFirst() {
      values = run(layer, dropped(tape, values, dropping, 2 + reading.count + layer))
    }
    return tape.linear(dropped(tape, values, dropping, 2), output)
  }

  /// The states of sequences before anything is written.
  func states(count: Int) -> LayerStates { LayerStates(layers: writing, count: count) }
}
