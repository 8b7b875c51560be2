import DiscernIO
import DiscernTensor

/// From a batch's words to one vector for each text: embedding → dropout → recurrent layers → pooling →
/// dropout. What is judged by the vector is no concern of it.
package struct SentenceEncoder: Sendable {
  private let configuration: ClassifierConfiguration
  /// The vectors of words [V, D].
  package let words: EmbeddingTable
  private let inputNorm: LayerNormParameters?
  private let layers: [Layer]
  private let attentions: [Pooling: AttentionParameters]

  private struct Layer: Sendable {
    let directions: [RecurrentParameters]
    /// From the layer's input to its output's size, where they differ and the input is added.
    let residual: LinearParameters?
    let batchNorm: BatchNormParameters?
    let layerNorm: LayerNormParameters?
  }

  /// A batch that was encoded.
  package struct Encoding {
    /// [N, featureSize], a row for each text in the batch's order.
    package let features: Variable
    /// α [S, 1] of the first attention pooling, in packed order.
    package let attention: Matrix?
    /// The vectors that the perturbation was added to, whose gradient adversarial training asks for; `nil`
    /// with a cache.
    package let vectors: Variable?
  }

  /// Adds the encoder's weights to a model's layout.
  package init(_ configuration: ClassifierConfiguration, _ layout: inout ParameterLayout) {
    self.configuration = configuration
    words = layout.addTable(
      "embedding.weight", rows: configuration.vocabularySize, columns: configuration.embeddingSize,
      isTrainable: configuration.trainsEmbedding)
    inputNorm =
      configuration.layerNorm.contains(.input)
      ? LayerNormParameters(&layout, prefix: "layer_norm.input", size: configuration.embeddingSize) : nil
    let suffixes = ["", "_reverse"].prefix(configuration.directionCount)
    let states = configuration.stateSize
    layers = (0..<configuration.layerCount).map { layer in
      let inputs = layer == 0 ? configuration.embeddingSize : states
      let isLast = layer == configuration.layerCount - 1
      return Layer(
        directions: suffixes.map {
          RecurrentParameters(
            &layout, cell: configuration.cell, suffix: "l\(layer)\($0)", inputSize: inputs,
            hiddenSize: configuration.hiddenSize)
        },
        residual: configuration.residual && inputs != states
          ? LinearParameters(
            &layout, prefix: "residual.l\(layer)", inputSize: inputs, outputSize: states, bias: false) : nil,
        batchNorm: configuration.batchNorm == .none
          ? nil
          : BatchNormParameters(
            &layout, prefix: "batch_norm.l\(layer)", size: states, stepLimit: configuration.batchNormSteps),
        layerNorm: configuration.layerNorm.contains(isLast ? .output : .between)
          ? LayerNormParameters(
            &layout, prefix: isLast ? "layer_norm.output" : "layer_norm.l\(layer)", size: states) : nil)
    }
    var attentions: [Pooling: AttentionParameters] = [:]
    for pooling in configuration.pooling where pooling.isAttention {
      attentions[pooling] = AttentionParameters(
        &layout, prefix: pooling == .additive ? "attention" : "linear_attention", inputSize: states,
        attentionSize: pooling == .additive ? configuration.attentionSize : nil)
    }
    self.attentions = attentions
  }

  /// Columns of `Encoding.features`.
  package var featureSize: Int { configuration.stateSize * configuration.pooling.count }

  /// Whether the encoder computes attention, and so can say which words weighed.
  package var hasAttention: Bool { !attentions.isEmpty }

  /// Fills a new model's weights; an LSTM's forget gates' bias is 1 (Jozefowicz et al. 2015).
  package func initialise(_ initialiser: inout WeightInitialiser) {
    let hidden = configuration.hiddenSize
    for direction in layers.flatMap(\.directions) {
      for parameter in [
        direction.inputWeight, direction.recurrentWeight, direction.inputBias, direction.recurrentBias,
      ] {
        initialiser.uniform(parameter, fanIn: hidden)
      }
      if configuration.cell == .lstm {
        // Both biases are added; together the forget gate's is 1.
        for bias in [direction.inputBias, direction.recurrentBias] {
          (initialiser.weights[bias].pointer + hidden).update(repeating: 0.5, count: hidden)
        }
      }
    }
    for pooling in Pooling.allCases {
      guard let attention = attentions[pooling] else { continue }
      if let projection = attention.projection { initialiser.linear(projection) }
      initialiser.uniform(attention.score, fanIn: attention.score.columns)
    }
    for layer in layers {
      if let residual = layer.residual { initialiser.linear(residual) }
      layer.batchNorm?.initialise(initialiser.weights)
    }
    for norm in [inputNorm] + layers.map(\.layerNorm) {
      if let norm { initialiser.weights[norm.weight].fill(1) }
    }
  }

  /// Memory for the projections of words, for passes over many batches with the same weights.
  package func makeProjectionCache() -> ProjectionCache {
    ProjectionCache(
      vocabularySize: configuration.vocabularySize,
      gateSize: configuration.cell.gateCount * configuration.hiddenSize,
      directionCount: configuration.directionCount)
  }

  /// One pass over a batch, on the caller's tape.
  ///
  /// - Parameters:
  ///   - dropoutSeed: keys the masks; the same seed and step give the same ones.
  ///   - rates: how much is dropped where gradients are wanted.
  ///   - perturbation: what is added to the word vectors.
  ///   - cache: projections of words kept from batch to batch, where no gradients are wanted.
  package func encode(
    _ tape: Tape, _ batch: PackedBatch, dropoutSeed: UInt64, step: Int, rates: DropoutRates,
    perturbation: Perturbation, cache: ProjectionCache?
  ) -> Encoding {
    let pass = Pass(tape: tape, batch: batch, seed: dropoutSeed, step: step, rates: rates)
    var vectors: Variable?
    var states: Variable
    if let first = kept(pass, cache) {
      states = first
    } else {
      let distinct = tape.embedding(words, batch.distinctIDs, perturbation: perturbation.ofWords)
      var (input, rows) = dropWords(pass, normalised(distinct, tape))  // [U, D], or [S, D] without rows
      vectors = distinct
      if case .ofTokens(let moved) = perturbation {
        if let words = rows {
          input = tape.expandRows(input, words, perturbation: moved)
        } else if let moved {
          input = tape.add(input, Variable(moved))
        }
        (vectors, rows) = (input, nil)
      }
      states = run(pass, 0, input, rows: rows)
    }
    for index in layers.indices.dropFirst() {
      let (rate, stream) = (rates.layers, pass.stream(.layerDropout, index))
      let input =
        configuration.dropoutKind == .locked
        ? tape.lockedDropout(states, layout: batch.layout, probability: rate, stream: stream)
        : tape.dropout(states, probability: rate, stream: stream)
      states = run(pass, index, input, rows: nil)
    }  // [S, stateSize]
    let (pooled, attention) = pool(tape, batch.layout, states)
    return Encoding(
      features: tape.dropout(pooled, probability: rates.output, stream: pass.stream(.outputDropout)),
      attention: attention, vectors: vectors)
  }

  private struct Pass {
    let tape: Tape
    let batch: PackedBatch
    let seed: UInt64
    let step: Int
    let rates: DropoutRates

    func stream(_ purpose: RandomStream.Purpose, _ number: Int = 0) -> RandomStream {
      RandomStream(seed: seed &+ UInt64(number), purpose: purpose, counter: step)
    }
  }

  private func normalised(_ vectors: Variable, _ tape: Tape) -> Variable {
    inputNorm.map { tape.layerNorm(vectors, $0) } ?? vectors
  }

  /// The first layer's output by projections that are kept; `nil` where they cannot be.
  private func kept(_ pass: Pass, _ cache: ProjectionCache?) -> Variable? {
    let (tape, batch) = (pass.tape, pass.batch)
    func vectors(_ ids: [Int32]) -> Variable {
      normalised(tape.embedding(words, ids), tape)
    }
    guard let cache, !tape.isRecording,
      let states = tape.recurrentLayer(
        words: batch.distinctIDs, rows: batch.tokenRows, layout: batch.layout,
        directions: layers[0].directions, cache: cache, vectors: vectors)
    else { return nil }
    return finish(
      pass, 0, states, input: configuration.residual ? vectors(batch.distinctIDs) : states,
      rows: batch.tokenRows)
  }

  /// Word vectors [U, D] as the first layer reads them: still a row for each distinct word where all
  /// occurrences of a word have the same mask, else a row for each token.
  private func dropWords(_ pass: Pass, _ vectors: Variable) -> (input: Variable, rows: TokenRows?) {
    let (tape, batch) = (pass.tape, pass.batch)
    let words = tape.rowDropout(
      vectors, keys: batch.distinctIDs, probability: pass.rates.words, stream: pass.stream(.wordDropout))
    let (rate, stream) = (pass.rates.embedding, pass.stream(.embeddingDropout))
    guard tape.isRecording, rate > 0 else { return (words, batch.tokenRows) }
    switch configuration.dropoutKind {
    case .word: return (tape.dropout(words, probability: rate, stream: stream), batch.tokenRows)
    case .element:
      let tokens = tape.expandRows(words, batch.tokenRows)
      return (tape.dropout(tokens, probability: rate, stream: stream), nil)
    case .locked:
      let tokens = tape.expandRows(words, batch.tokenRows)
      return (tape.lockedDropout(tokens, layout: batch.layout, probability: rate, stream: stream), nil)
    }
  }

  /// A layer and what stands behind it.
  private func run(_ pass: Pass, _ index: Int, _ input: Variable, rows: TokenRows?) -> Variable {
    let directions = layers[index].directions
    let states = pass.tape.recurrentLayer(
      input, rows: rows, layout: pass.batch.layout, directions: directions,
      weightDropout: directions.indices.map {
        DropoutMask(
          probability: pass.rates.weights,
          stream: pass.stream(.weightDropout, index * directions.count + $0))
      }, window: configuration.backpropagationWindow)
    return finish(pass, index, states, input: input, rows: rows)
  }

  /// Residual connection and normalisation of a layer's output.
  private func finish(
    _ pass: Pass, _ index: Int, _ output: Variable, input: Variable, rows: TokenRows?
  ) -> Variable {
    let (tape, layer) = (pass.tape, layers[index])
    var states = output
    if configuration.residual {
      let shortcut = layer.residual.map { tape.linear(input, $0) } ?? input
      states = tape.add(states, rows.map { tape.expandRows(shortcut, $0) } ?? shortcut)
    }
    if let norm = layer.batchNorm {
      states = tape.temporalBatchNorm(states, layout: pass.batch.layout, norm)
    }
    return layer.layerNorm.map { tape.layerNorm(states, $0) } ?? states
  }

  /// One row for each text  // [N, featureSize]
  private func pool(
    _ tape: Tape, _ layout: PackedLayout, _ states: Variable
  ) -> (pooled: Variable, attention: Matrix?) {
    var attention: Matrix?
    let pooled = configuration.pooling.map { pooling -> Variable in
      switch pooling {
      case .additive, .linear:
        guard let parameters = attentions[pooling] else { preconditionFailure("no weights for \(pooling)") }
        let result = tape.attentionPooling(states, layout: layout, parameters)
        attention = attention ?? result.attention
        return result.pooled
      case .max: return tape.maxPooling(states, layout: layout)
      case .mean: return tape.meanPooling(states, layout: layout)
      case .last:
        return tape.lastStatePooling(states, layout: layout, directions: configuration.directionCount)
      }
    }
    return (tape.concatenate(pooled), attention)
  }
}
