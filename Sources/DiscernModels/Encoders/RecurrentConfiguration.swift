import DiscernTensor

/// The shape of a recurrent network and its dropout: embedding → dropout → recurrent layers → self-attention
/// blocks, if any → pooling → dropout. Without recurrent layers, the blocks read words and their positions.
public struct RecurrentConfiguration: Hashable, Sendable {
  /// The number of features of a word vector.
  public var embeddingSize = 100
  /// Rows of a table that gives unknown words vectors from their letter n-grams; 0: all share the vector of
  /// `<unk>`.
  public var subwordBuckets = 0
  /// The cell of the recurrent layers.
  public var cell = RecurrentCell.lstm
  /// Units of each direction.
  public var hiddenSize = 128
  /// Stacked recurrent layers; 0: none, only self-attention blocks.
  public var layerCount = 1
  /// Self-attention blocks above the recurrent layers.
  public var attentionLayers = 0
  /// Heads of each block; the size of a state must be a multiple of them.
  public var attentionHeads = 4
  /// How many tokens on each side a token attends to in a block; nil: the whole text.
  public var attentionWindow: Int?
  /// The number of tokens before its own segment that a token attends to in a block; nil: none. Requires
  /// `backpropagationWindow`, the length of a segment.
  public var attentionMemory: Int?
  /// Whether blocks use distances between tokens instead of their positions; nil: only with a memory.
  public var relativePositions: Bool?
  /// The maximum number of rows to which a block projects keys and values along the text; nil: no projection.
  public var attentionProjection: Int?
  /// Whether each head has its own projections.
  public var attentionProjectionPerHead = false
  /// The number of tokens that projections have weights for; required with projections, otherwise nil.
  public var attentionProjectionTokens: Int?
  /// Whether each layer also reads the texts backwards.
  public var isBidirectional = true
  /// Whether the states of the first layer have poolings and heads of their own, which may answer before the
  /// layers above are computed.
  public var hasEarlyExit = false
  /// Whether the layers, which must be LSTMs, decide at each step and in each direction whether to take it; a
  /// skipped step leaves the state unchanged.
  public var hasSkipGates = false
  /// How the layers' output is pooled; the results of several poolings are concatenated.
  public var pooling: [Pooling] = [.additive]
  /// Hidden units of additive attention.
  public var attentionSize = 128
  /// Where layer normalisation is applied to each token's features; empty: nowhere.
  public var layerNorm: [LayerNormPlace] = []
  /// Whether each layer's output is normalised over the batch's tokens.
  public var batchNorm = BatchNormKind.none
  /// The number of steps with statistics of their own; required by batch normalisation by step, otherwise
  /// nil.
  public var batchNormSteps: Int?
  /// Whether each layer's input is added to its output, through a projection where their sizes differ.
  public var residual = false
  /// Whether training changes the word vectors.
  public var trainsEmbedding = true
  /// Which features of word vectors, and of states between layers, are dropped together.
  public var dropoutKind = DropoutKind.word
  /// Dropout rate on word vectors.
  public var embeddingDropout: Float = 0.5
  /// Dropout rate of whole words: all occurrences of a word in a batch, or none (Gal and Ghahramani 2016).
  public var wordDropout: Float = 0
  /// The probability that a known word is read by its letters alone, in all its occurrences in a batch.
  public var subwordDropout: Float = 0
  /// Dropout rate between layers; `nil`: that of the pooled vector, or 0 if there is only one layer.
  public var layerDropout: Float?
  /// Dropout rate of the recurrent weights, one mask per training step (Merity et al. 2018).
  public var weightDropout: Float = 0
  /// Dropout rate on the pooled vector.
  public var outputDropout: Float = 0.5
  /// The number of tokens in a segment, at whose end training cuts the gradient: through time in recurrent
  /// layers, and into the memory in self-attention. `nil`: texts are not cut.
  public var backpropagationWindow: Int?

  /// The defaults.
  public init() {}

  /// 2 if each layer also reads texts backwards, else 1.
  public var directionCount: Int { isBidirectional ? 2 : 1 }

  /// The number of features of a token's state: the units of all directions.
  public var stateSize: Int { directionCount * hiddenSize }

  /// Whether the network has more than one layer.
  public var hasSeveralLayers: Bool { layerCount + attentionLayers > 1 }

  /// The dropout rate between layers, and in self-attention blocks.
  public var layerDropoutRate: Float { layerDropout ?? (hasSeveralLayers ? outputDropout : 0) }

  /// Whether blocks use distances between tokens.
  public var hasRelativePositions: Bool {
    attentionLayers > 0 && relativePositions ?? (attentionMemory != nil)
  }

  /// The tokens that a token attends to in a block.
  var attentionReach: AttentionReach {
    if let attentionMemory, let backpropagationWindow {
      return .segments(length: backpropagationWindow, memory: attentionMemory)
    }
    return attentionWindow.map { .window($0) } ?? .all
  }

  /// - Throws: `ModelError.invalidConfiguration` with the first invalid value, named as in recipes and flags.
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
      attentionHeads,
      "a divisor of \(stateSize), the size of a token's state; give another --attention-heads or --hidden")
    try require(
      (1...limit).contains(attentionWindow ?? 1), "attention-window", attentionWindow ?? 0,
      "1 to \(limit), or 0 for whole texts")
    try require(
      (1...4096).contains(attentionProjection ?? 1), "attention-projection", attentionProjection ?? 0,
      "1 to 4096, or 0")
    try require(
      attentionProjection == nil || attentionWindow == nil, "attention-window", attentionWindow ?? 0,
      "0 with --attention-projection, which mixes tokens of the whole text")
    try require(
      (1...limit).contains(attentionMemory ?? 1), "attention-memory", attentionMemory ?? 0,
      "1 to \(limit), or 0")
    try require(
      attentionMemory == nil || backpropagationWindow != nil, "attention-memory", attentionMemory ?? 0,
      "0 without --bptt N, the tokens of a segment")
    try require(
      attentionMemory == nil || attentionWindow == nil, "attention-window", attentionWindow ?? 0,
      "0 with --attention-memory, whose segments determine what a token attends to")
    try require(
      attentionProjection == nil || attentionMemory == nil, "attention-memory", attentionMemory ?? 0,
      "0 with --attention-projection, which mixes tokens of the whole text")
    try require(
      attentionProjection == nil || !hasRelativePositions, "relative-positions", true,
      "false with --attention-projection, whose rows have no single position")
    try require(
      attentionProjection == nil
        ? attentionProjectionTokens == nil : (1...limit).contains(attentionProjectionTokens ?? 0),
      "tokens of attention-projection", attentionProjectionTokens ?? 0,
      "1 to \(limit) with --attention-projection, none otherwise")
    try require(
      !hasEarlyExit || layerCount > 0 && hasSeveralLayers, "early-exit", hasEarlyExit,
      "false with a single layer: give --layers 2 for a layer above the one that answers early")
    try validateSkipGates()
    try require((1...limit).contains(attentionSize), "attention-size", attentionSize, "1 to \(limit)")
    try require(
      !pooling.isEmpty && Set(pooling).count == pooling.count, "pooling", Self.list(pooling),
      "one or several distinct ones")
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
      "another one with --cell \(cell.rawValue): recurrent is for lstm")
    try require(
      batchNorm != .recurrent || backpropagationWindow == nil, "bptt", backpropagationWindow ?? 0,
      "0 with --batch-norm recurrent, whose gradient cannot be cut")
    try require(
      (1...Int(Int32.max)).contains(backpropagationWindow ?? 1), "bptt", backpropagationWindow ?? 0,
      "1 to \(Int32.max), or 0")
  }

  /// The choices as written in a recipe.
  static func list(_ choices: [some RawRepresentable<String>]) -> String {
    choices.isEmpty ? "none" : choices.map(\.rawValue).joined(separator: "+")
  }

  /// The dropout rates of a training step.
  public var dropoutRates: DropoutRates {
    DropoutRates(
      embedding: embeddingDropout, words: wordDropout, subwords: subwordDropout, layers: layerDropoutRate,
      weights: weightDropout,
      output: outputDropout)
  }

  /// The rates after the dropouts on word vectors, between layers and on the pooled vector have moved by
  /// `share` of the way towards `rate`; those of words and recurrent weights stay the same.
  public func dropoutRates(movedTo rate: Float, share: Float) -> DropoutRates {
    var rates = dropoutRates
    rates.embedding += (rate - rates.embedding) * share
    if hasSeveralLayers { rates.layers += (rate - rates.layers) * share }
    rates.output += (rate - rates.output) * share
    return rates
  }
}
