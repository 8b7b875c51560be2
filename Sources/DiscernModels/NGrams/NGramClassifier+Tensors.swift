import DiscernVocabulary

extension NGramClassifier {
  private static let biasName = "ngrams.bias"
  private static let scaleName = "ngrams.scale"
  package static let presentName = "ngrams.present"
  private static let weightName = "ngrams.weight"

  /// The tensors of a saved model, in addition to the vocabulary's file: `ngrams.bias` and `ngrams.scale`
  /// [columns], `ngrams.present` [⌈features / 8⌉], a bit for each n-gram, lowest bit first, which is set if
  /// the n-gram has a weight, and `ngrams.weight` [n-grams with a weight, columns].
  package var tensors: [NGramTensor] {
    var kept: [Int8] = []
    for feature in 0..<vocabulary.count where !hasNoWeight(feature) {
      kept += weights[feature * columnCount..<(feature + 1) * columnCount]
    }
    return [
      NGramTensor(name: Self.biasName, shape: [columnCount], .float32(biases)),
      NGramTensor(name: Self.scaleName, shape: [columnCount], .float32(scales)),
      presentTensor,
      NGramTensor(
        name: Self.weightName, shape: [columnCount == 0 ? 0 : kept.count / columnCount, columnCount],
        .int8(kept)),
    ]
  }

  /// A bit for each n-gram: whether it has a weight.
  package var presentTensor: NGramTensor {
    var present = [Int8](repeating: 0, count: (vocabulary.count + 7) / 8)
    for feature in 0..<vocabulary.count where !hasNoWeight(feature) {
      present[feature / 8] |= Int8(bitPattern: 1 << UInt8(feature % 8))
    }
    return NGramTensor(name: Self.presentName, shape: [present.count], .int8(present))
  }

  /// Restores a model from its `tensors`.
  ///
  /// - Throws: `ModelError` naming the tensor that is missing, unexpected, of another shape or not finite.
  package init(
    vocabulary: NGramVocabulary, heads: [HeadConfiguration], tensors: [NGramTensor]
  ) throws(ModelError) {
    let columns = heads.reduce(0) { $0 + Self.columnCount($1) }
    // Checked before anything is allocated for the sizes that a file claims.
    guard vocabulary.count <= Self.weightLimit / max(1, columns) else {
      throw .invalidConfiguration(
        name: "the number of n-grams times that of labels", value: "\(vocabulary.count) × \(columns)",
        expected: "at most \(Self.weightLimit)")
    }
    let names = [Self.biasName, Self.scaleName, Self.presentName, Self.weightName]
    if let other = tensors.first(where: { !names.contains($0.name) }) {
      throw .unexpectedWeight(name: other.name)
    }
    let biases = try Self.floats(tensors, Self.biasName, columns)
    let scales = try Self.floats(tensors, Self.scaleName, columns)
    let present = try Self.bytes(tensors, Self.presentName, shape: [(vocabulary.count + 7) / 8])
    var features: [Int] = []
    for (place, bits) in present.enumerated() {
      for bit in 0..<8 where UInt8(bitPattern: bits) >> UInt8(bit) & 1 == 1 {
        features.append(8 * place + bit)
      }
    }
    if let last = features.last, last >= vocabulary.count {
      throw .wrongShape(name: Self.presentName, expected: [vocabulary.count], got: [last + 1])
    }
    let kept = try Self.bytes(tensors, Self.weightName, shape: [features.count, columns])
    var weights = [Int8](repeating: 0, count: vocabulary.count * columns)
    for (row, feature) in features.enumerated() {
      for column in 0..<columns { weights[feature * columns + column] = kept[row * columns + column] }
    }
    // Far above any value that training finds; above it, logits could become infinite.
    let limit: Float = 1e6
    for (name, values, range) in [
      (Self.biasName, biases, -limit...limit), (Self.scaleName, scales, 0...limit),
    ] {
      if let index = values.firstIndex(where: { !range.contains($0) }) {
        throw .impossibleStatistic(name: name, index: index, value: values[index], expected: "\(range)")
      }
    }
    self.init(vocabulary: vocabulary, heads: heads, biases: biases, scales: scales, weights: weights)
  }

  private static func tensor(_ tensors: [NGramTensor], _ name: String) throws(ModelError) -> NGramTensor {
    guard let tensor = tensors.first(where: { $0.name == name }) else { throw .missingWeight(name: name) }
    return tensor
  }

  private static func floats(
    _ tensors: [NGramTensor], _ name: String, _ count: Int
  ) throws(ModelError) -> [Float] {
    let tensor = try tensor(tensors, name)
    guard case .float32(let values) = tensor.values, tensor.shape == [count], values.count == count else {
      throw .wrongShape(name: name, expected: [count], got: tensor.shape)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .nonFiniteWeight(name: name, index: index)
    }
    return values
  }

  private static func bytes(
    _ tensors: [NGramTensor], _ name: String, shape expected: [Int]
  ) throws(ModelError) -> [Int8] {
    let tensor = try tensor(tensors, name)
    guard case .int8(let values) = tensor.values, tensor.shape == expected,
      values.count == expected.reduce(1, *)
    else { throw .wrongShape(name: name, expected: expected, got: tensor.shape) }
    return values
  }
}
