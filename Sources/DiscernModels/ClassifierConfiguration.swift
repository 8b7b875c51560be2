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
}

/// An `AttentionLSTMClassifier`'s shape.
public struct ClassifierConfiguration: Codable, Hashable, Sendable {
  /// Words, `<pad>` and `<unk>` included.
  public var vocabularySize: Int
  /// What is asked of a text, one question or several; at least one.
  public var heads: [ClassifierHead]
  public var embeddingSize = 100
  /// Units of each direction.
  public var hiddenSize = 128
  public var layerCount = 1
  /// What the layers' output is pooled by; several are concatenated.
  public var pooling: [Pooling] = [.additive]
  /// Hidden units of additive attention.
  public var attentionSize = 128
  /// Whether training moves the word vectors.
  public var trainsEmbedding = true
  /// On word vectors: one mask for all occurrences of a word in a batch (Gal and Ghahramani 2016), so
  /// that a word's input projection is computed once.
  public var embeddingDropout: Float = 0.5
  /// Between layers.
  public var layerDropout: Float = 0.5
  /// On the pooled vector.
  public var outputDropout: Float = 0.5

  public init(vocabularySize: Int, heads: [ClassifierHead]) {
    self.vocabularySize = vocabularySize
    self.heads = heads
  }

  /// One question with one answer.
  public init(vocabularySize: Int, classCount: Int) {
    self.init(vocabularySize: vocabularySize, heads: [ClassifierHead(classCount: classCount)])
  }

  /// The outputs of all heads.
  public var outputCount: Int { heads.reduce(0) { $0 + $1.classCount } }

  /// Where each head's outputs stand among all.
  public var headRanges: [Range<Int>] {
    var start = 0
    return heads.map { head in
      defer { start += head.classCount }
      return start..<start + head.classCount
    }
  }

  /// - Throws: `ModelError.invalidConfiguration` naming the first value that cannot be.
  public func validate() throws(ModelError) {
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ expected: String) throws(ModelError) {
      if !holds { throw .invalidConfiguration(name: name, value: "\(value)", expected: expected) }
    }
    let limit = 1 << 20
    try require((2...Int(Int32.max)).contains(vocabularySize), "vocabularySize", vocabularySize, "at least 2")
    try require(!heads.isEmpty, "heads", "[]", "at least one")
    for head in heads {
      let least = head.isMultiLabel ? 1 : 2
      try require(
        (least...limit).contains(head.classCount), "classCount", head.classCount, "at least \(least)")
    }
    let names = heads.map(\.name)
    try require(
      Set(names).count == names.count && (names.count == 1 || !names.contains("")), "heads", names,
      "a different name for each")
    try require((1...limit).contains(embeddingSize), "embeddingSize", embeddingSize, "1 to \(limit)")
    try require((1...limit).contains(hiddenSize), "hiddenSize", hiddenSize, "1 to \(limit)")
    try require((1...64).contains(layerCount), "layerCount", layerCount, "1 to 64")
    try require((1...limit).contains(attentionSize), "attentionSize", attentionSize, "1 to \(limit)")
    try require(
      !pooling.isEmpty && Set(pooling).count == pooling.count, "pooling", pooling.map(\.rawValue),
      "one or more different ones")
    for (name, rate) in [
      ("embeddingDropout", embeddingDropout), ("layerDropout", layerDropout),
      ("outputDropout", outputDropout),
    ] {
      try require(rate >= 0 && rate < 1, name, rate, "0 to below 1")
    }
  }
}
