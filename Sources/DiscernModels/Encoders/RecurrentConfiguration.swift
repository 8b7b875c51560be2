import DiscernTensor

/// The shape of a recurrent network, and what its training drops: embedding → dropout → recurrent layers →
/// blocks of self-attention, if there are some → pooling → dropout. Without recurrent layers words and their
/// places are what the blocks read.
public struct RecurrentConfiguration: Hashable, Sendable {
  /// Features of a word's vector.
  public var embeddingSize = 100
  /// Rows of a table that gives unknown words vectors by their letters' n-grams; 0: they share the one of
  /// `<unk>`.
  public var subwordBuckets = 0
  /// What the layers are made of.
  public var cell = RecurrentCell.lstm
  /// Units of each direction.
  public var hiddenSize = 128
  /// Recurrent layers, one upon the other; 0: none, with blocks of self-attention alone.
  public var layerCount = 1
  /// Blocks of self-attention upon them.
  public var attentionLayers = 0
  /// Heads of each block, which divide the states' size.
  public var attentionHeads = 4
  /// Tokens on each side of one that it attends to in a block; nil: all of its text.
  public var attentionWindow: Int?
  /// Rows that keys and values of a block are projected to along the text, at most; nil: they are not.
  public var attentionProjection: Int?
  /// Whether each head has projections of its own.
  public var attentionProjectionPerHead = false
  /// Tokens that projections have weights for; with them alone, which need it.
  public var attentionProjectionTokens: Int?
  /// Whether each layer also reads the texts from their ends.
  public var isBidirectional = true
  /// Whether the states of the first layer have poolings and heads of their own, which may answer before the
  /// layers above are computed.
  public var hasEarlyExit = false
  /// What the layers' output is pooled by; several are concatenated.
  public var pooling: [Pooling] = [.additive]
  /// Hidden units of additive attention.
  public var attentionSize = 128
  /// Where each token's features are normalised by themselves; empty: nowhere.
  public var layerNorm: [LayerNormPlace] = []
  /// Whether each layer's output is normalised over the batch's tokens.
  public var batchNorm = BatchNormKind.none
  /// Steps with statistics of their own; for the kinds of batch normalisation by step alone, which need it.
  public var batchNormSteps: Int?
  /// Whether each layer's input is added to its output, through a projection where their sizes differ.
  public var residual = false
  /// Whether training moves the word vectors.
  public var trainsEmbedding = true
  /// Which features of word vectors, and of states between layers, fall together.
  public var dropoutKind = DropoutKind.word
  /// On word vectors.
  public var embeddingDropout: Float = 0.5
  /// On whole words: all occurrences of a word in a batch, or none (Gal and Ghahramani 2016).
  public var wordDropout: Float = 0
  /// On known words, which are then read by their letters alone: all occurrences in a batch, or none.
  public var subwordDropout: Float = 0
  /// Between layers; `nil`: as on the pooled vector where there are several layers.
  public var layerDropout: Float?
  /// On the recurrent weights, one mask a step (Merity et al. 2018).
  public var weightDropout: Float = 0
  /// On the pooled vector.
  public var outputDropout: Float = 0.5
  /// Steps after which training cuts the gradient through time; `nil`: never.
  public var backpropagationWindow: Int?

  /// The defaults.
  public init() {}

  /// 2 where each layer also reads texts from their ends.
  public var directionCount: Int { isBidirectional ? 2 : 1 }

  /// Size of a token's state: all directions' units.
  public var stateSize: Int { directionCount * hiddenSize }

  /// Whether there is something between layers.
  public var hasSeveralLayers: Bool { layerCount + attentionLayers > 1 }

  /// What is dropped between layers, and in blocks of self-attention.
  public var layerDropoutRate: Float { layerDropout ?? (hasSeveralLayers ? outputDropout : 0) }

  /// - Throws: `ModelError.invalidConfiguration` naming the first value that cannot be, as recipes and flags
  ///   name it.
  public func validate() throws(ModelError) {
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ expected: String) throws(ModelError) {
      if !holds { throw .invalidConfiguration(name: name, value: "\(value)", expected: expected) }
    }
    let limit = 1 << 20
    try require((1...limit).contains(embeddingSize), "embedding-dim", embeddingSize, "1 to \(limit)")
    try require(
      (0...1 << 24).contains(subwordBuckets), "subword-buckets", subwordBuckets, "0 to \(1 << 24)")
    try require((1...limit).contains(hiddenSize), "hidden", hiddenSize, "1 to \(limit)")
    let fewest = attentionLayers > 0 ? 0 : 1
    try require((fewest...64).contains(layerCount), "layers", layerCount, "\(fewest) to 64")
    try require((0...64).contains(attentionLayers), "attention-layers", attentionLayers, "0 to 64")
    try require(
      attentionLayers == 0 || attentionHeads > 0 && stateSize % attentionHeads == 0, "attention-heads",
      attentionHeads, "a divisor of \(stateSize), the size of a token's state")
    try require(
      (1...limit).contains(attentionWindow ?? 1), "attention-window", attentionWindow ?? 0,
      "1 to \(limit), or none for whole texts")
    try require(
      (1...4096).contains(attentionProjection ?? 1), "attention-projection", attentionProjection ?? 0,
      "1 to 4096, or none")
    try require(
      attentionProjection == nil || attentionWindow == nil, "attention-window", attentionWindow ?? 0,
      "none with attention-projection: a projection mixes tokens of the whole text")
    try require(
      attentionProjection == nil
        ? attentionProjectionTokens == nil : (1...limit).contains(attentionProjectionTokens ?? 0),
      "tokens of attention-projection", attentionProjectionTokens ?? 0,
      "1 to \(limit) with attention-projection, none otherwise")
    try require(
      !hasEarlyExit || layerCount > 0 && hasSeveralLayers, "early-exit", hasEarlyExit,
      "false, since no layer lies above a first recurrent one")
    try require((1...limit).contains(attentionSize), "attention-size", attentionSize, "1 to \(limit)")
    try require(
      !pooling.isEmpty && Set(pooling).count == pooling.count, "pooling", Self.list(pooling),
      "one or more different ones")
    for (name, rate) in [
      ("embedding-dropout", embeddingDropout), ("word-dropout", wordDropout),
      ("subword-dropout", subwordDropout),
      ("layer-dropout", layerDropout ?? 0), ("weight-drop", weightDropout), ("dropout", outputDropout),
    ] {
      try require(rate >= 0 && rate < 1, name, rate, "0 to below 1")
    }
    try require(
      layerDropout ?? 0 == 0 || hasSeveralLayers || attentionLayers > 0, "layer-dropout", layerDropout ?? 0,
      "0, since one layer has nothing between layers")
    try require(
      Set(layerNorm).count == layerNorm.count, "layer-norm", Self.list(layerNorm), "different places")
    try require(
      !layerNorm.contains(.between) || layerCount > 1, "layer-norm", Self.list(layerNorm),
      "no between, since one layer has nothing between layers")
    try require(
      batchNorm == .none || Set(layerNorm).isSubset(of: [.input]), "batch-norm", batchNorm.rawValue,
      "none where layer normalisation already normalises the layers' outputs")
    try require(
      batchNorm.isByStep ? (1...limit).contains(batchNormSteps ?? 0) : batchNormSteps == nil,
      "steps of batch-norm", batchNormSteps ?? 0, "1 to \(limit) with batch-norm by step, none otherwise")
    try require(
      batchNorm != .recurrent || cell == .lstm, "batch-norm", batchNorm.rawValue,
      "another one with the cell \(cell.rawValue): recurrent is for lstm")
    try require(
      batchNorm != .recurrent || backpropagationWindow == nil, "bptt", backpropagationWindow ?? 0,
      "0 with batch-norm recurrent, whose gradient cannot be cut")
    try require(
      (1...Int(Int32.max)).contains(backpropagationWindow ?? 1), "bptt", backpropagationWindow ?? 0,
      "1 to \(Int32.max)")
  }

  /// Choices as a recipe has them.
  static func list(_ choices: [some RawRepresentable<String>]) -> String {
    choices.isEmpty ? "none" : choices.map(\.rawValue).joined(separator: "+")
  }

  /// How much a training step drops.
  public var dropoutRates: DropoutRates {
    DropoutRates(
      embedding: embeddingDropout, words: wordDropout, subwords: subwordDropout, layers: layerDropoutRate,
      weights: weightDropout,
      output: outputDropout)
  }

  /// The rates when the dropouts on word vectors, between layers and on the pooled vector have gone `share`
  /// of the way from their own to `rate`; those of words and recurrent weights stay.
  public func dropoutRates(movedTo rate: Float, share: Float) -> DropoutRates {
    var rates = dropoutRates
    rates.embedding += (rate - rates.embedding) * share
    if hasSeveralLayers { rates.layers += (rate - rates.layers) * share }
    rates.output += (rate - rates.output) * share
    return rates
  }
}
