import DiscernTensor

extension AttentionLSTMClassifier {
  /// A model whose words and layers begin with given weights, and the rest as a new one's.
  ///
  /// - Parameters:
  ///   - seed: keys the rest.
  ///   - given: by the model's names, row-major.
  /// - Throws: `ModelError.unexpectedWeight` or `.wrongShape` for weights that are another network's.
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
}
