import DiscernIO
import DiscernTensor

/// Turns a batch's words into one vector for each text: embedding → dropout → recurrent layers →
/// self-attention → pooling → dropout.
struct RecurrentEncoder: SentenceEncoder {
  private let configuration: RecurrentConfiguration
  private let embedding: WordEmbedding
  /// The layers on word vectors, before the first recurrent layer.
  private let wordLayers: [any SequenceLayer]
  private let layers: [any SequenceLayer]
  private let poolings: [any PoolingLayer]
  /// The number of `layers` below the early exit; nil without one.
  private let exitDepth: Int?
  /// The early exit's poolings; empty without one.
  private let exitPoolings: [any PoolingLayer]
  private let vocabularySize: Int

  init(_ configuration: RecurrentConfiguration, _ layout: inout ParameterLayout, vocabularySize: Int) {
    self.configuration = configuration
    self.vocabularySize = vocabularySize
    embedding = WordEmbedding(
      &layout, name: "embedding.weight", vocabularySize: vocabularySize, size: configuration.embeddingSize,
      isTrainable: configuration.trainsEmbedding, letterBuckets: configuration.subwordBuckets,
      letterRate: configuration.subwordDropout)
    wordLayers = Self.wordLayers(configuration, &layout)
    let recurrent = (0..<configuration.layerCount).map {
      layout.depth += 1
      return Self.stateLayers($0, configuration, &layout)
    }
    layers = recurrent.flatMap(\.self) + Self.attentionLayers(configuration, &layout)
    layout.depth += 1
    poolings = configuration.pooling.map { Self.pooling($0, configuration, &layout) }
    exitDepth = configuration.hasEarlyExit ? recurrent[0].count : nil
    exitPoolings =
      configuration.hasEarlyExit
      ? configuration.pooling.map { Self.pooling($0, configuration, &layout, prefix: "exit.") } : []
  }

  /// The layers on word vectors, before the first recurrent layer.
  private static func wordLayers(
    _ configuration: RecurrentConfiguration, _ layout: inout ParameterLayout
  ) -> [any SequenceLayer] {
    let size = configuration.embeddingSize
    var layers: [any SequenceLayer] = []
    if configuration.layerNorm.contains(.input) {
      layers.append(LayerNormalisation(&layout, prefix: "layer_norm.input", size: size))
    }
    layers.append(WordDropout(rate: configuration.wordDropout, size: size))
    layers.append(
      FeatureDropout(
        kind: configuration.dropoutKind, place: .words, rate: configuration.embeddingDropout, size: size))
    layers.append(TokenPerturbation())
    return layers
  }

  /// A recurrent layer, with the layers before and after it.
  static func stateLayers(
    _ index: Int, _ configuration: RecurrentConfiguration, _ layout: inout ParameterLayout
  ) -> [any SequenceLayer] {
    let states = configuration.stateSize
    let inputs = index == 0 ? configuration.embeddingSize : states
    let isLast = index == configuration.layerCount - 1
    var layers: [any SequenceLayer] = []
    if index > 0 {
      layers.append(
        FeatureDropout(
          kind: configuration.dropoutKind, place: .between(layer: index),
          rate: configuration.layerDropoutRate, size: states))
    }
    let recurrent = Self.recurrent(index, configuration, &layout, inputSize: inputs)
    layers.append(
      configuration.residual
        ? Residual(recurrent, &layout, prefix: "residual.l\(index)", inputSize: inputs, outputSize: states)
        : recurrent)
    switch configuration.batchNorm {
    case .none, .recurrent: break
    case .flattened, .perStep:
      layers.append(
        BatchNormalisation(
          &layout, prefix: "batch_norm.l\(index)", size: states, kind: configuration.batchNorm,
          stepLimit: configuration.batchNormSteps))
    }
    if configuration.layerNorm.contains(isLast ? .output : .between) {
      layers.append(
        LayerNormalisation(
          &layout, prefix: isLast ? "layer_norm.output" : "layer_norm.l\(index)", size: states))
    }
    return layers
  }

  /// The self-attention blocks and their final normalisation; without recurrent layers, after
  /// `PositionEncodedWords`.
  private static func attentionLayers(
    _ configuration: RecurrentConfiguration, _ layout: inout ParameterLayout
  ) -> [any SequenceLayer] {
    let (count, size) = (configuration.attentionLayers, configuration.stateSize)
    guard count > 0 else { return [] }
    layout.depth += 1
    var layers: [any SequenceLayer] = []
    if configuration.layerCount == 0 {
      layers.append(
        PositionEncodedWords(
          &layout, inputSize: configuration.embeddingSize, size: size,
          hasPositions: !configuration.hasRelativePositions))
    }
    let blocks = (0..<count).map { index in
      if index > 0 { layout.depth += 1 }
      return SelfAttentionBlock(
        &layout, index: index, size: size, heads: configuration.attentionHeads,
        reach: configuration.attentionReach, isRelative: configuration.hasRelativePositions,
        projection: SelfAttentionBlock.Projection(configuration), rate: configuration.layerDropoutRate)
    }
    if case .segments(let length, _) = configuration.attentionReach {
      layers.append(SegmentedLayers(blocks, length: length, size: size))
    } else {
      layers += blocks
    }
    return layers + [LayerNormalisation(&layout, prefix: "self_attention.norm", size: size)]
  }

  private static func recurrent(
    _ index: Int, _ configuration: RecurrentConfiguration, _ layout: inout ParameterLayout, inputSize: Int
  ) -> any SequenceLayer {
    if configuration.hasSkipGates {
      return SkippingLSTM(
        &layout, index: index, inputSize: inputSize, hiddenSize: configuration.hiddenSize,
        isBidirectional: configuration.isBidirectional)
    }
    switch configuration.batchNorm {
    case .none, .flattened, .perStep:
      return Recurrent(
        &layout, cell: configuration.cell, index: index, inputSize: inputSize,
        hiddenSize: configuration.hiddenSize, isBidirectional: configuration.isBidirectional,
        window: configuration.backpropagationWindow, weightDropout: configuration.weightDropout)
    case .recurrent:
      return BatchNormalisedLSTM(
        &layout, index: index, inputSize: inputSize, hiddenSize: configuration.hiddenSize,
        isBidirectional: configuration.isBidirectional, stepLimit: configuration.batchNormSteps ?? 1,
        weightDropout: configuration.weightDropout)
    }
  }

  private static func pooling(
    _ pooling: Pooling, _ configuration: RecurrentConfiguration, _ layout: inout ParameterLayout,
    prefix: String = ""
  ) -> any PoolingLayer {
    let states = configuration.stateSize
    switch pooling {
    case .additive:
      return AttentionPooling(
        &layout, prefix: prefix + "attention", size: states, attentionSize: configuration.attentionSize)
    case .linear:
      return AttentionPooling(
        &layout, prefix: prefix + "linear_attention", size: states, attentionSize: nil)
    case .max: return StatePooling(kind: .max, outputSize: states)
    case .mean: return StatePooling(kind: .mean, outputSize: states)
    case .last:
      return StatePooling(kind: .last(directions: configuration.directionCount), outputSize: states)
    }
  }

  var wordTable: EmbeddingTable { embedding.table }

  var letterTable: EmbeddingTable? { embedding.letters }

  var acceptsPerturbation: Bool { true }

  var featureSize: Int { poolings.reduce(0) { $0 + $1.outputSize } }

  var hasAttention: Bool { configuration.pooling.contains(where: \.isAttention) }

  func callAsFunction(_ pass: Pass) -> Variable {
    dropped(pooled(words(pass), pass), pass)
  }

  // MARK: The early exit

  var hasEarlyExit: Bool { exitDepth != nil }

  /// The input of an early exit and of the layers above the first one  // [S, stateSize]
  func firstStates(_ pass: Pass) -> Variable {
    layers[..<(exitDepth ?? 0)].reduce(words(pass)) { $1($0, pass) }.tokens(pass)
  }

  /// The features of the early exit's heads, from the first layer's states  // [N, F]
  func exitFeatures(_ states: Variable, _ pass: Pass) -> Variable {
    dropped(pass.tape.concatenate(exitPoolings.map { $0(states, pass) }), pass, number: 1)
  }

  /// The features of the heads, from the first layer's states  // [N, F]
  func features(above states: Variable, _ pass: Pass) -> Variable {
    dropped(pooled(Sequences(states), layers[(exitDepth ?? 0)...], pass), pass)
  }

  func describeEarlyExit(to description: inout NetworkDescription) {
    for pooling in exitPoolings { pooling.describe(to: &description) }
    describeDropout(to: &description)
  }

  // MARK: Parts

  /// The input of the first recurrent layer.
  func words(_ pass: Pass) -> Sequences { wordLayers.reduce(embedding(pass)) { $1($0, pass) } }

  /// A row for each sequence of words: the results of all poolings, concatenated.
  func pooled(_ words: Sequences, _ pass: Pass) -> Variable { pooled(words, layers[...], pass) }

  private func pooled(
    _ input: Sequences, _ layers: ArraySlice<any SequenceLayer>, _ pass: Pass
  ) -> Variable {
    let states = layers.reduce(input) { $1($0, pass) }.tokens(pass)  // [S, stateSize]
    return pass.tape.concatenate(poolings.map { $0(states, pass) })  // [N, F]
  }

  /// Applies output dropout to the texts' vectors [N, F], which the heads read.
  func dropped(_ pooled: Variable, _ pass: Pass, number: Int = 0) -> Variable {
    pass.tape.dropout(
      pooled, probability: pass.rates?.output ?? configuration.outputDropout,
      stream: pass.stream(.outputDropout, number))
  }

  func describe(to description: inout NetworkDescription) {
    describeLayers(to: &description)
    describeDropout(to: &description)
  }

  /// Describes the layers from words to the poolings.
  func describeLayers(to description: inout NetworkDescription) {
    embedding.describe(to: &description)
    for layer in wordLayers + layers { layer.describe(to: &description) }
    for pooling in poolings { pooling.describe(to: &description) }
  }

  /// Describes the dropout after the poolings.
  func describeDropout(to description: inout NetworkDescription) {
    if configuration.outputDropout > 0 {
      description.add("dropout \(configuration.outputDropout)", .text(featureSize), .dropout)
    }
  }

  func makeProjectionCache() -> ProjectionCache? {
    if configuration.layerCount == 0 { return nil }
    return ProjectionCache(
      vocabularySize: vocabularySize, otherWords: embedding.letters == nil ? 0 : 1024,
      gateSize: configuration.cell.gateCount * configuration.hiddenSize,
      directionCount: configuration.directionCount)
  }
}
