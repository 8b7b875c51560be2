extension ModelError {
  /// Compares the names and shapes of weights with a model's, in the model's order.
  ///
  /// - Throws: `.unexpectedWeight`, `.missingWeight` or `.wrongShape`.
  package static func check(
    _ shapes: [String: [Int]], against expected: [(name: String, shape: [Int])]
  ) throws(ModelError) {
    let names = Set(expected.map(\.name))
    if let extra = shapes.keys.filter({ !names.contains($0) }).min() { throw .unexpectedWeight(name: extra) }
    for (name, shape) in expected {
      guard let got = shapes[name] else { throw .missingWeight(name: name) }
      guard got == shape else { throw .wrongShape(name: name, expected: shape, got: got) }
    }
  }
}
