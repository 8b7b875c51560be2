import DiscernIO
import DiscernTensor

// Notation: M sources of S tokens in all, N targets of R tokens in all, D features of a token's vector, E of
// a source token's state, H units, V target tokens.

/// A recurrent network that reads a sequence and writes another one (Sutskever et al. 2014), with attention
/// to what it has read (Bahdanau et al. 2015; Luong et al. 2015).
///
/// The reading layers run in both directions; their last states are part of what the writing side reads at
/// each step (Cho et al. 2014). Behind its first layer, each of its states asks which of the source's tokens
/// matter now, by a scaled product, and is joined with their mean: tanh(W [h; c]). Further layers read that,
/// and so remember what was asked for.
package struct EncoderDecoder: Sendable {
  package let configuration: SequenceConfiguration
  package let weights: Weights
  private let layers: Layers

  /// Where the weights are.
  private struct Layers: Sendable {
    let sourceTable, targetTable: EmbeddingTable
    /// By layer, one or two directions.
    let reading: [[RecurrentParameters]]
    let writing: [RecurrentParameters]
    let query, key, joined, output: LinearParameters

    init(_ configuration: SequenceConfiguration, _ layout: inout ParameterLayout) {
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
      // Softmax cancels a bias.
      key = LinearParameters(
        &layout, prefix: "attention.key", inputSize: state, outputSize: state, bias: false)
      joined = LinearParameters(
        &layout, prefix: "attention.joined", inputSize: hidden + state, outputSize: hidden)
      output = LinearParameters(
        &layout, prefix: "output", inputSize: hidden, outputSize: configuration.targetVocabularySize)
    }
  }

  package init(_ configuration: SequenceConfiguration, seed: UInt64 = 0) {
    self.configuration = configuration
    var layout = ParameterLayout()
    layers = Layers(configuration, &layout)
    weights = Weights(layout: layout)
    weights.initialise(seed: seed)
  }

  /// A model of the same shape around other weights.
  package init(_ other: EncoderDecoder, weights: Weights) {
    (configuration, layers) = (other.configuration, other.layers)
    self.weights = weights
  }

  /// The names and shapes of the weights of such a model.
  package static func shapes(of configuration: SequenceConfiguration) -> [(name: String, shape: [Int])] {
    var layout = ParameterLayout()
    _ = Layers(configuration, &layout)
    return layout.tables.map { ($0.name, $0.shape) } + layout.parameters.map { ($0.name, $0.shape) }
  }

  /// What a training step drops; nothing without gradients.
  package struct Dropping {
    let seed: UInt64
    let step: Int

    package init(seed: UInt64, step: Int) {
      self.seed = seed
      self.step = step
    }

    /// Places of dropout have numbers of their own: 0 and 1 the vectors, 2 the output, then the layers.
    func stream(_ place: Int) -> RandomStream {
      RandomStream(seed: seed, purpose: .layerDropout, counter: step, number: place)
    }
  }

  private func dropped(_ tape: Tape, _ values: Variable, _ dropping: Dropping?, _ place: Int) -> Variable {
    guard let dropping else { return values }
    return tape.dropout(values, probability: configuration.dropout, stream: dropping.stream(place))
  }

  // MARK: Reading

  /// What was read of M sources.
  package struct Encoding {
    let layout: PackedLayout
    /// The tokens' states  // [S, E]
    let states: Variable
    /// What is asked of them  // [S, E]
    let keys: Variable
    /// Both directions' last states  // [M, E]
    let last: Variable
  }

  /// - Parameter dropping: nil: nothing.
  package func encode(_ tape: Tape, _ source: PackedBatch, _ dropping: Dropping?) -> Encoding {
    var input = dropped(tape, tape.embedding(layers.sourceTable, source.distinctIDs), dropping, 0)
    var rows: TokenRows? = source.tokenRows
    for (index, directions) in layers.reading.enumerated() {
      if index > 0 { input = dropped(tape, input, dropping, 2 + index) }
      input = tape.recurrentLayer(input, rows: rows, layout: source.layout, directions: directions)
      rows = nil
    }
    return Encoding(
      layout: source.layout, states: input, keys: tape.linear(input, layers.key),
      last: tape.lastStatePooling(
        input, layout: source.layout, directions: configuration.isBidirectional ? 2 : 1))
  }

  // MARK: Writing

  /// The logits of what is written behind each token that is read  // [R, V]
  ///
  /// - Parameters:
  ///   - target: what the writing side reads, from its beginning on.
  ///   - sourceOfTarget: [N] the source of each sequence.
  package func decode(
    _ tape: Tape, _ target: PackedBatch, _ encoding: Encoding, sourceOfTarget: [Int], _ dropping: Dropping?
  ) -> Variable {
    write(tape, target, encoding, sourceOfTarget, dropping) { layer, input in
      tape.recurrentLayer(input, rows: nil, layout: target.layout, directions: [layers.writing[layer]])
    }
  }

  /// The same of one token more of each sequence.
  ///
  /// - Parameters:
  ///   - tokens: [N]
  ///   - states: of the tokens before; afterwards with these.
  package func step(
    _ tape: Tape, _ tokens: [Int32], _ encoding: Encoding, sourceOfTarget: [Int], _ states: inout LayerStates
  ) -> Variable {
    let target = PackedBatch(singleTokens: tokens)
    return write(tape, target, encoding, sourceOfTarget, nil) { layer, input in
      let before = states.state(ofLayer: layer, count: tokens.count, tape.workspace)
      let (values, after) = tape.recurrentLayer(
        input, rows: nil, layout: target.layout, layers.writing[layer], from: before)
      states.keep(after, ofLayer: layer)
      return values
    }
  }

  private func write(
    _ tape: Tape, _ target: PackedBatch, _ encoding: Encoding, _ sourceOfTarget: [Int],
    _ dropping: Dropping?, layer run: (Int, Variable) -> Variable
  ) -> Variable {
    let layout = target.layout
    let words = dropped(tape, tape.embedding(layers.targetTable, target.distinctIDs), dropping, 1)
    let last = tape.expandRows(
      encoding.last,
      TokenRows(
        rowOfToken: layout.batchSizes.flatMap { count in
          sourceOfTarget.prefix(count).map { Int32($0) }
        }, rowCount: encoding.layout.sequenceCount))
    var values = run(0, tape.concatenate([tape.expandRows(words, target.tokenRows), last]))
    let context = tape.crossAttention(
      query: tape.linear(values, layers.query), layout: layout, key: encoding.keys, value: encoding.states,
      keyLayout: encoding.layout, keySequences: sourceOfTarget, heads: 1)
    values = tape.tanh(tape.linear(tape.concatenate([values, context]), layers.joined))
    for layer in layers.writing.indices.dropFirst() {
      values = run(layer, dropped(tape, values, dropping, 2 + layers.reading.count + layer))
    }
    return tape.linear(dropped(tape, values, dropping, 2), layers.output)
  }

  /// The states of sequences of which nothing was written yet.
  package func states(count: Int) -> LayerStates { LayerStates(layers: layers.writing, count: count) }
}
