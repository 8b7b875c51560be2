import DiscernIO
import DiscernTensor

/// A transformer's input embedding: word, position and token type, summed and normalised.
package struct TokenEmbedding: Sendable, Hashable {
  package let words: EmbeddingTable
  package let positions: EmbeddingTable
  /// Token types, of which texts use the first; nil: none.
  package let kinds: EmbeddingTable?
  package let norm: LayerNormParameters

  init(_ configuration: TransformerConfiguration, _ layout: inout ParameterLayout, vocabularySize: Int) {
    func table(_ name: String, _ rows: Int) -> EmbeddingTable {
      layout.addTable(
        "embeddings.\(name)_embeddings.weight", rows: rows, columns: configuration.hiddenSize,
        .normal(deviation: 0.02), hasPadding: false)
    }
    words = table("word", vocabularySize)
    positions = table("position", configuration.positionCount)
    kinds = configuration.kindCount > 0 ? table("token_type", configuration.kindCount) : nil
    norm = LayerNormParameters(
      &layout, prefix: "embeddings.LayerNorm", size: configuration.hiddenSize,
      epsilon: configuration.epsilon)
  }

  /// [S, F]
  func callAsFunction(_ pass: Pass, on tape: Tape) -> Variable {
    let layout = pass.layout
    var input = tape.expandRows(tape.embedding(words, pass.batch.distinctIDs), pass.batch.tokenRows)
    if case .ofTexts(let factors) = pass.perturbation {
      input = tape.scaleSequences(input, by: factors, layout: layout)
      pass.note(vectors: input)
    }
    if let kinds {
      let rows = TokenRows(rowOfToken: [Int32](repeating: 0, count: layout.tokenCount), rowCount: 1)
      input = tape.add(input, tape.expandRows(tape.embedding(kinds, [0]), rows))
    }
    let steps = tape.embedding(positions, (0..<Int32(layout.stepCount)).map(\.self))
    return tape.layerNorm(tape.add(input, tape.expandRows(steps, layout.steps)), norm)
  }
}

/// BERT's encoder, which turns a batch's word pieces into one vector for each text: embedding → blocks →
/// pooling → scaling. Frozen weights are fixed in the layout, and their layers are not recorded on the tape.
package struct TransformerEncoder: SentenceEncoder {
  private let configuration: TransformerConfiguration
  private let embedding: TokenEmbedding
  private let blocks: [TransformerBlock]
  /// Scales texts' vectors; nil: no scaling.
  private let scaling: ColumnScaling?

  /// - Parameter isScaled: whether texts' vectors are scaled for a head.
  package init(
    _ configuration: TransformerConfiguration, _ layout: inout ParameterLayout, vocabularySize: Int,
    isScaled: Bool
  ) {
    self.configuration = configuration
    layout.isFixed = true
    embedding = TokenEmbedding(configuration, &layout, vocabularySize: vocabularySize)
    let fixedCount = configuration.layerCount - configuration.unfrozenLayers
    blocks = (0..<configuration.layerCount).map {
      layout.depth += 1
      layout.isFixed = $0 < fixedCount
      return TransformerBlock(configuration, &layout, number: $0)
    }
    layout.isFixed = false
    layout.depth += 1
    scaling =
      isScaled ? ColumnScaling(&layout, prefix: "features", size: configuration.hiddenSize) : nil
  }

  package var wordTable: EmbeddingTable { embedding.words }
  package var letterTable: EmbeddingTable? { nil }
  package var featureSize: Int { configuration.hiddenSize }
  package var hasAttention: Bool { false }
  package var acceptsPerturbation: Bool { configuration.unfrozenLayers > 0 }

  package func callAsFunction(_ pass: Pass) -> Variable {
    let vectors =
      pass.batch.vectors.map { pass.tape.constant($0, columns: featureSize) } ?? self.vectors(pass)
    let features = scaling.map { pass.tape.scale(vectors, by: $0) } ?? vectors
    return pass.tape.dropout(
      features, probability: pass.rates?.output ?? configuration.outputDropout,
      stream: pass.stream(.outputDropout))
  }

  /// Texts' vectors, before they are scaled  // [N, F]
  package func vectors(_ pass: Pass) -> Variable {
    let tape = pass.tape
    let states = states(pass)
    let pooled =
      switch configuration.pooling {
      case .first: tape.firstTokenPooling(states, layout: pass.layout)
      case .mean: tape.meanPooling(states, layout: pass.layout)
      case .max: tape.maxPooling(states, layout: pass.layout)
      }
    return configuration.isNormalised ? tape.unitLength(pooled) : pooled
  }

  /// The states of all tokens  // [S, F]
  private func states(_ pass: Pass) -> Variable {
    let tape = pass.tape
    // An answer's gradient, too, must reach the words.
    let recordsAll = !tape.isRecording || tape.isInference
    let lower = recordsAll ? tape : tape.withoutGradients
    var states = embedding(pass, on: lower)
    for (number, block) in blocks.enumerated() {
      let learns = number >= blocks.count - configuration.unfrozenLayers
      if number == blocks.count - configuration.unfrozenLayers, !tape.isInference {
        states = moved(states, pass)
      }
      let own = learns ? tape : lower
      let rate = pass.rates?.layers ?? configuration.layerDropout
      states = own.releasing(into: states) { block($0, pass, on: own, dropout: learns ? rate : 0) }
    }
    return states
  }

  /// Perturbs tokens for adversarial training, at the input of the first trained layer.
  private func moved(_ states: Variable, _ pass: Pass) -> Variable {
    guard pass.tape.isRecording else { return states }
    var states = states
    switch pass.perturbation {
    case .ofWords(let moves), .ofTokens(let moves):
      if let moves { states = pass.tape.add(states, Variable(moves)) }
    case .ofTexts: break
    }
    pass.note(vectors: states)
    return states
  }

  /// Fits the scaling that gives texts' vectors [N, F] mean 0 and deviation 1.
  package func fitScaling(to vectors: [Float], _ weights: Weights) {
    if let scaling { weights.fit(scaling, to: vectors) }
  }

  package func describe(to description: inout NetworkDescription) {
    let tables = [embedding.words, embedding.positions] + [embedding.kinds].compactMap(\.self)
    description.add(
      "word pieces, positions and segments (frozen)", .tokens(featureSize), .tokenEmbedding(embedding),
      parameters: [embedding.norm.weight, embedding.norm.bias], tables: tables)
    for block in blocks { block.describe(to: &description) }
    let (name, operation): (String, NetworkDescription.Operation) =
      switch configuration.pooling {
      case .first: ("first token's state", .first)
      case .mean: ("mean pooling", .mean)
      case .max: ("max pooling", .maximum)
      }
    description.add(name, .text(featureSize), operation)
    if configuration.isNormalised { description.add("unit length", .text(featureSize), .unitLength) }
    if let scaling { description.add("scaling of features", .text(featureSize), .scaling(scaling)) }
    if configuration.outputDropout > 0 {
      description.add("dropout \(configuration.outputDropout)", .text(featureSize), .dropout)
    }
  }

  package func makeProjectionCache() -> ProjectionCache? { nil }
}
