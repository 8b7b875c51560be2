import DiscernTensor

extension NeuralClassifier {
  /// A model whose encoder is a pretrained transformer, with new heads.
  ///
  /// - Parameters:
  ///   - seed: the seed of the heads' weights.
  ///   - vectors: [N, F] of some texts, from which the scale of features is measured.
  /// - Throws: `ModelError.invalidConfiguration`.
  package init(
    configuration: ClassifierConfiguration, seed: UInt64, transformer: TransformerModel, vectors: [Float]
  ) throws(ModelError) {
    try self.init(configuration: configuration, sharingFixedOf: transformer.weights)
    weights.initialise(seed: seed, withFixed: false)
    for (name, _, source) in transformer.weights.tensors {
      let target = try values(name)
      if target.pointer != source.pointer { target.pointer.update(from: source.pointer, count: target.count) }
    }
    fitScaling(to: vectors)
    weights.didChange()
  }

  /// A model whose words and layers begin with given weights; the rest is initialised as in a new model.
  ///
  /// - Parameters:
  ///   - seed: the seed of the other weights.
  ///   - given: by the model's names, row-major.
  /// - Throws: `ModelError.unexpectedWeight` or `.wrongShape` for weights of another network.
  package init(
    configuration: ClassifierConfiguration, seed: UInt64,
    beginningWith given: [(name: String, shape: [Int], values: [Float])]
  ) throws(ModelError) {
    try self.init(configuration: configuration, seed: seed)
    let shapes = Dictionary(uniqueKeysWithValues: self.shapes.map { ($0.name, $0.shape) })
    for (name, shape, source) in given {
      guard shapes[name] == shape else {
        guard let expected = shapes[name] else { throw .unexpectedWeight(name: name) }
        throw .wrongShape(name: name, expected: expected, got: shape)
      }
      let target = try values(name)
      _ = UnsafeMutableBufferPointer(start: target.pointer, count: target.count)
        .update(fromContentsOf: source)
    }
    weights.didChange()
  }

  /// Scales word vectors to mean 0 and deviation 1, as training with perturbations does, and adjusts the
  /// first layer's weights so that its output stays the same: otherwise pretraining would be undone.
  ///
  /// - Parameter counts: [V] occurrences of each word.
  package func standardizeVectors(counts: [Int]) throws(ModelError) {
    guard let network = configuration.encoder.wordNetwork,
      let (means, scales) = weights.standardize(wordTable, with: letterTable, counts: counts),
      !network.layerNorm.contains(.input)
    else { return }
    for ending in network.isBidirectional ? ["", "_reverse"] : [""] {
      let weight = try values("\(network.cell.rawValue).weight_ih_l0\(ending)")
      let bias = try values("\(network.cell.rawValue).bias_ih_l0\(ending)")
      for unit in 0..<weight.rows {
        let row = weight.row(unit)
        var moved = Double(bias.pointer[unit])
        for j in 0..<weight.columns {
          moved += Double(row[j]) * means[j]
          row[j] = Float(Double(row[j]) / scales[j])
        }
        bias.pointer[unit] = Float(moved)
      }
    }
    weights.didChange()
  }
}
