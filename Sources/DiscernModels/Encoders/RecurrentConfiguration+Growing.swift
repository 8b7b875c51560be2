import DiscernTensor

// Progressive growing: a deeper network begins as a shallower one. Each added layer is residual and outputs
// zeros at first, so it is the identity; the function, and with it the loss, is unchanged.

extension RecurrentConfiguration {
  /// - Throws: `ModelError.invalidConfiguration` naming the first setting that prevents a network of this
  ///   shape from growing from one of shape `base`.
  package func requireGrowth(from base: RecurrentConfiguration) throws(ModelError) {
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ expected: String) throws(ModelError) {
      if !holds { throw .invalidConfiguration(name: name, value: "\(value)", expected: expected) }
    }
    func requireSame<Value: Equatable>(
      _ name: String, _ path: KeyPath<RecurrentConfiguration, Value>, words: (Value) -> String = { "\($0)" }
    ) throws(ModelError) {
      let (own, other) = (self[keyPath: path], base[keyPath: path])
      try require(own == other, name, words(own), "\(words(other)), as the model that it grows from")
    }
    try require(
      base.layerCount > 0, "grow-from", "a model without recurrent layers",
      "one with --encoder recurrent or hybrid, above whose layers more are added")
    try require(
      layerCount > 0, "encoder", "attention",
      "recurrent or hybrid with --grow-from, which adds recurrent layers")
    try require(
      layerCount > base.layerCount, "layers", layerCount,
      "more than the \(base.layerCount) of the model that it grows from")
    try requireSame("embedding-dim", \.embeddingSize)
    try requireSame("subword-buckets", \.subwordBuckets)
    try requireSame("cell", \.cell)
    try requireSame("hidden", \.hiddenSize)
    try requireSame("bidirectional", \.isBidirectional)
    try requireSame("skip-gates", \.hasSkipGates)
    try requireSame("attention-layers", \.attentionLayers)
    try requireSame("attention-heads", \.attentionHeads)
    try requireSame("attention-window", \.attentionWindow) { "\($0 ?? 0)" }
    try requireSame("attention-memory", \.attentionMemory) { "\($0 ?? 0)" }
    try requireSame("relative-positions", \.hasRelativePositions)
    if attentionMemory != nil { try requireSame("bptt", \.backpropagationWindow) { "\($0 ?? 0)" } }
    try requireSame("attention-projection", \.attentionProjection) { "\($0 ?? 0)" }
    try requireSame("attention-projection-per-head", \.attentionProjectionPerHead)
    try requireSame("max-tokens", \.attentionProjectionTokens) { "\($0 ?? 0)" }
    try requireSame("pooling", \.pooling, words: Self.list)
    try requireSame("attention-size", \.attentionSize)
    try requireSame("layer-norm", \.layerNorm, words: Self.list)
    try require(
      hasEarlyExit || !base.hasEarlyExit, "early-exit", hasEarlyExit,
      "true, as the model that it grows from")
    try require(
      residual, "residual", residual, "true with --grow-from: an added layer starts as the identity")
    try require(
      !layerNorm.contains(.between), "layer-norm", "between",
      "none between layers with --grow-from: normalisation would keep an added layer from starting as the "
        + "identity")
    for own in [batchNorm, base.batchNorm] {
      try require(
        own == .none, "batch-norm", own.rawValue,
        "none with --grow-from: normalisation would keep an added layer from starting as the identity")
    }
    // A connection added to the first layer begins as a projection of zeros.
    try require(
      base.residual || (base.layerCount == 1 && base.embeddingSize != base.stateSize), "grow-from",
      "a model without residual connections", "one that was trained with --residual")
  }
}

extension RecurrentCell {
  /// The gate of the new content of a state: if its weights are zero, the cell outputs zeros but still has a
  /// gradient.
  fileprivate var contentGate: Int {
    switch self {
    case .lstm, .gru: 2
    case .rnn: 0
    }
  }
}

extension NeuralClassifier {
  /// A model that begins as a shallower one: weights of the same name are copied from it, and each added
  /// layer is the identity.
  ///
  /// - Parameter seed: the seed of the added layers' other weights.
  /// - Throws: `ModelError.invalidConfiguration` naming a setting that makes this impossible.
  package init(
    configuration: ClassifierConfiguration, seed: UInt64, growingFrom base: NeuralClassifier
  ) throws(ModelError) {
    guard let network = configuration.encoder.recurrent, let other = base.configuration.encoder.recurrent
    else {
      throw .invalidConfiguration(
        name: "grow-from", value: "a transformer or a hierarchical network",
        expected: "a recurrent network, whose layers can grow")
    }
    try network.requireGrowth(from: other)
    try self.init(configuration: configuration, seed: seed)
    let shapes = Dictionary(uniqueKeysWithValues: self.shapes.map { ($0.name, $0.shape) })
    for (name, shape, source) in base.weights.tensors {
      let target = try values(name)
      guard shapes[name] == shape else {
        throw .wrongShape(name: name, expected: shapes[name] ?? [], got: shape)
      }
      target.pointer.update(from: source.pointer, count: source.count)
    }
    if !other.residual { try values("residual.l0.weight").fill(0) }
    for layer in other.layerCount..<network.layerCount {
      for suffix in network.isBidirectional ? ["", "_reverse"] : [""] {
        for kind in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] {
          let weight = try values("\(network.cell.rawValue).\(kind)_l\(layer)\(suffix)")
          let gate = weight.count / network.cell.gateCount
          (weight.pointer + network.cell.contentGate * gate).update(repeating: 0, count: gate)
        }
      }
    }
    weights.didChange()
  }
}
