import DiscernTensor

/// How the states of a text's tokens become one vector.
public enum Pooling: String, Codable, Hashable, Sendable, CaseIterable {
  /// Attention with a hidden layer: vᵀ tanh(W h + b).
  case additive
  /// Attention by one weight vector: wᵀ h.
  case linear
  case max
  case mean
  /// Each direction's last state: the forward one at the text's end, the backward one at its start.
  case last

  /// Whether it has weights of its own and says which words weighed.
  package var isAttention: Bool { self == .additive || self == .linear }
}

/// An `AttentionLSTMClassifier`'s shape, and what its training drops.
public struct ClassifierConfiguration: Codable, Hashable, Sendable {
  /// Words, `<pad>` and `<unk>` included.
  public var vocabularySize: Int
  /// What is asked of a text, one question or several; at least one.
  public var heads: [HeadConfiguration]
  public var embeddingSize = 100
  /// What the layers are made of.
  public var cell = RecurrentCell.lstm
  /// Units of each direction.
  public var hiddenSize = 128
  public var layerCount = 1
  /// Two: each layer also reads the texts from their ends; one: forward only.
  public var directionCount = 2
  /// What the layers' output is pooled by; several are concatenated.
  public var pooling: [Pooling] = [.additive]
  /// Hidden units of additive attention.
  public var attentionSize = 128
  /// Where each token's features are normalised by themselves; empty: nowhere.
  public var layerNorm: [LayerNormPlace] = []
  /// Whether each layer's output is normalised over the batch's tokens.
  public var batchNorm = BatchNormKind.none
  /// Steps with statistics of their own; for `BatchNormKind.perStep` alone, which needs it.
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
  /// Between layers; 0 where there is only one.
  public var layerDropout: Float = 0
  /// On the recurrent weights, one mask a step (Merity et al. 2018).
  public var weightDropout: Float = 0
  /// On the pooled vector.
  public var outputDropout: Float = 0.5
  /// Steps after which training cuts the gradient through time; `nil`: never.
  public var backpropagationWindow: Int?

  public init(vocabularySize: Int, heads: [HeadConfiguration]) {
    self.vocabularySize = vocabularySize
    self.heads = heads
  }

  /// One question with one answer.
  public init(vocabularySize: Int, classCount: Int) {
    self.init(vocabularySize: vocabularySize, heads: [HeadConfiguration(.classes(count: classCount))])
  }

  /// The outputs of all heads.
  public var outputCount: Int { heads.reduce(0) { $0 + $1.outputCount } }

  /// Where each head's outputs stand among all.
  public var headRanges: [Range<Int>] {
    var start = 0
    return heads.map { head in
      defer { start += head.outputCount }
      return start..<start + head.outputCount
    }
  }

  /// Size of a token's state: all directions' units.
  public var stateSize: Int { directionCount * hiddenSize }

  /// - Throws: `ModelError.invalidConfiguration` naming the first value that cannot be, as recipes and flags
  ///   name it.
  public func validate() throws(ModelError) {
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ expected: String) throws(ModelError) {
      if !holds { throw .invalidConfiguration(name: name, value: "\(value)", expected: expected) }
    }
    let limit = 1 << 20
    try require((2...Int(Int32.max)).contains(vocabularySize), "words", vocabularySize, "at least 2")
    try require((1...1024).contains(heads.count), "tasks", "\(heads.count) of them", "1 to 1024")
    for head in heads {
      let least = head.rules.leastOutputCount
      try require(
        (least...limit).contains(head.outputCount), "labels", head.outputCount, "at least \(least)")
    }
    let names = heads.map(\.name)
    try require(
      Set(names).count == names.count && (names.count == 1 || !names.contains("")), "tasks", names,
      "a different name for each")
    try require((1...limit).contains(embeddingSize), "embedding-dim", embeddingSize, "1 to \(limit)")
    try require((1...limit).contains(hiddenSize), "hidden", hiddenSize, "1 to \(limit)")
    try require((1...64).contains(layerCount), "layers", layerCount, "1 to 64")
    try require((1...2).contains(directionCount), "directions", directionCount, "1 or 2")
    try require((1...limit).contains(attentionSize), "attention-size", attentionSize, "1 to \(limit)")
    try require(
      !pooling.isEmpty && Set(pooling).count == pooling.count, "pooling", Self.list(pooling),
      "one or more different ones")
    for (name, rate) in [
      ("embedding-dropout", embeddingDropout), ("word-dropout", wordDropout), ("layer-dropout", layerDropout),
      ("weight-drop", weightDropout), ("dropout", outputDropout),
    ] {
      try require(rate >= 0 && rate < 1, name, rate, "0 to below 1")
    }
    try require(
      layerDropout == 0 || layerCount > 1, "layer-dropout", layerDropout,
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
      batchNorm == .perStep ? (1...limit).contains(batchNormSteps ?? 0) : batchNormSteps == nil,
      "steps of batch-norm", batchNormSteps ?? 0, "1 to \(limit) with batch-norm per-step, none otherwise")
    try require(
      (1...Int(Int32.max)).contains(backpropagationWindow ?? 1), "bptt", backpropagationWindow ?? 0,
      "1 to \(Int32.max)")
  }

  /// Choices as a recipe has them.
  private static func list(_ choices: [some RawRepresentable<String>]) -> String {
    choices.isEmpty ? "none" : choices.map(\.rawValue).joined(separator: "+")
  }
}
