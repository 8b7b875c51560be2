import DiscernModels
import DiscernTensor
import Testing

private func model(seed: UInt64 = 1) throws -> NeuralClassifier {
  try NeuralClassifier(configuration: smallConfiguration(), seed: seed)
}

private func expectError(
  _ expected: ModelError, sourceLocation: SourceLocation = #_sourceLocation,
  _ change: (inout [String: (shape: [Int], values: [Float])]) -> Void
) throws {
  var tensors = try model().tensors
  change(&tensors)
  #expect(throws: expected, sourceLocation: sourceLocation) {
    try NeuralClassifier(configuration: smallConfiguration(), tensors: tensors)
  }
}

@Test func aModelFromItsOwnTensorsIsTheSame() throws {
  let original = try model()
  let copy = try NeuralClassifier(
    configuration: original.configuration, tensors: original.tensors)
  #expect(original.tensors.count == copy.tensors.count)
  for (name, tensor) in original.tensors { #expect(copy.tensors[name]?.values == tensor.values, "\(name)") }
}

/// Each weight once, in the memory where it stays: a model is never held twice.
@Test func weightsAreReadIntoTheirPlace() throws {
  let original = try model()
  var places: [(name: String, start: UnsafeMutablePointer<Float>?, bytes: Int)] = []
  func read(_ name: String, _ target: UnsafeMutableBufferPointer<Float>) throws(ModelError) {
    places.append((name, target.baseAddress, target.count * MemoryLayout<Float>.size))
    target.update(repeating: 0.25)
  }
  let model = try NeuralClassifier(
    configuration: original.configuration, wrap: { $0 }, reading: read)
  #expect(places.map(\.name) == original.weights.tensors.map(\.name))
  for (place, tensor) in zip(places, model.weights.tensors) {
    #expect(place.start == tensor.values.pointer && place.bytes == 4 * tensor.shape.reduce(1, *))
    #expect(tensor.values.array.allSatisfy { $0 == 0.25 })
  }
}

@Test func statisticsThatCannotBeAreRefused() throws {
  var configuration = smallConfiguration()
  configuration.network.layerNorm = []
  configuration.network.batchNorm = .perStep
  configuration.network.batchNormSteps = 5
  let original = try NeuralClassifier(configuration: configuration, seed: 1)
  let names = original.tensors.keys.filter { $0.hasSuffix("steps_seen") || $0.hasSuffix("running_var") }
  #expect(names.count == 2 * configuration.network.layerCount)
  for name in names {
    for value in [-1, 1.5, 5.5, 1e30] as [Float] where value < 0 || name.hasSuffix("steps_seen") {
      var tensors = original.tensors
      tensors[name]?.values[0] = value
      do throws(ModelError) {
        _ = try NeuralClassifier(configuration: configuration, tensors: tensors)
        Issue.record("\(name) may be \(value)")
      } catch {
        guard case .impossibleStatistic(name, 0, value, _) = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }
}

@Test func paddingAndTheUnknownWordStartAsZerosAlone() throws {
  let model = try model()
  let size = model.configuration.network.embeddingSize
  let values = try #require(model.tensors[model.wordTable.name]).values
  #expect(values.prefix(2 * size).allSatisfy { $0 == 0 })
  for start in stride(from: 2 * size, to: values.count, by: size) {
    #expect(values[start..<start + size].allSatisfy { $0 != 0 })
  }
}

@Test func everyMissingWeightIsNamed() throws {
  for (name, _) in try model().shapes {
    try expectError(.missingWeight(name: name)) { $0[name] = nil }
  }
}

// Each of these would need more memory than any machine has.
@Test func shapesAreComparedBeforeMemoryIsTaken() throws {
  let shapes = try Dictionary(uniqueKeysWithValues: model().shapes.map { ($0.name, $0.shape) })
  let changes: [(inout ClassifierConfiguration) -> Void] = [
    { $0.network.hiddenSize = 1 << 20 },
    { $0.vocabularySize = Int(Int32.max) },
    { $0.network.embeddingSize = 1 << 20 },
    { $0.network.attentionSize = 1 << 20 },
    { $0.network.layerCount = 64 },
  ]
  for change in changes {
    var configuration = smallConfiguration()
    configuration.vocabularySize = Int(Int32.max) - 1
    change(&configuration)
    #expect(throws: ModelError.self) { try NeuralClassifier.check(configuration, shapes: shapes) }
    let tensors = try model().tensors
    #expect(throws: ModelError.self) {
      try NeuralClassifier(configuration: configuration, tensors: tensors)
    }
  }
  var configuration = smallConfiguration()
  configuration.heads = (0..<1025).map { HeadConfiguration(name: "t\($0)", .classes(count: 2)) }
  #expect(throws: ModelError.self) { try configuration.validate() }
}

@Test func anUnexpectedWeightIsNamed() throws {
  try expectError(.unexpectedWeight(name: "lstm.weight_ih_l2")) { $0["lstm.weight_ih_l2"] = ([1], [0]) }
  try expectError(.unexpectedWeight(name: "a")) {
    $0["b"] = ([1], [0])
    $0["a"] = ([1], [0])
  }
}

@Test func everyWeightOfAnotherShapeIsNamed() throws {
  for (name, shape) in try model().shapes {
    let count = shape.reduce(1, *)
    // Transposed, longer, flat: the right number of values is not enough.
    for other in [shape.reversed(), [count + 1], [1, count, 1]] where other != shape {
      try expectError(.wrongShape(name: name, expected: shape, got: other)) {
        $0[name] = (other, [Float](repeating: 0, count: other.reduce(1, *)))
      }
    }
    try expectError(.wrongShape(name: name, expected: shape, got: [count - 1])) {
      $0[name]?.values.removeLast()
    }
  }
}

@Test func everyWeightThatIsNotFiniteIsNamed() throws {
  for (name, shape) in try model().shapes {
    for value in [Float.nan, .infinity, -.infinity] {
      let index = shape.reduce(1, *) - 1
      try expectError(.nonFiniteWeight(name: name, index: index)) { $0[name]?.values[index] = value }
    }
  }
}

@Test func errorsNameTheWeightAndBothShapes() {
  #expect(ModelError.missingWeight(name: "output.bias").description.contains("output.bias"))
  #expect(ModelError.unexpectedWeight(name: "x.y").description.contains("x.y"))
  let shape = ModelError.wrongShape(name: "output.bias", expected: [2], got: [3]).description
  #expect(shape.contains("output.bias") && shape.contains("[2]") && shape.contains("[3]"))
  let finite = ModelError.nonFiniteWeight(name: "output.bias", index: 17).description
  #expect(finite.contains("output.bias") && finite.contains("17"))
}

@Test func weightsComeFromTheSeed() throws {
  let (a, b, c) = (try model(seed: 1), try model(seed: 1), try model(seed: 2))
  for (name, tensor) in a.tensors {
    #expect(b.tensors[name]?.values == tensor.values, "\(name)")
    #expect(c.tensors[name]?.values != tensor.values, "\(name)")
  }
}

@Test func newWeightsLieWithinTheirBounds() throws {
  let model = try model()
  let hidden = model.configuration.network.hiddenSize
  let fanIns = [
    "lstm": hidden, "attention.projection": 2 * hidden, "attention.score": 7,
    "linear_attention.score": 2 * hidden, "output": 10 * hidden,
  ]
  for (name, tensor) in model.tensors where name != "embedding.weight" {
    let fanIn = try #require(fanIns.first { name.hasPrefix($0.key) }?.value, "\(name)")
    let bound = 1 / Float(fanIn).squareRoot()
    var values = tensor.values
    if name.contains("bias_") {
      // The two forget biases add up to 1.
      #expect(values[hidden..<2 * hidden].allSatisfy { $0 == 0.5 }, "\(name)")
      values.removeSubrange(hidden..<2 * hidden)
    }
    #expect(values.allSatisfy { abs($0) <= bound }, "\(name)")
    #expect((values.map { abs($0) }.max() ?? 0) > bound / 3, "\(name)")
    #expect(Set(values).count > values.count * 9 / 10, "\(name)")
  }
  let table = try #require(model.tensors["embedding.weight"]?.values)
  #expect(table[..<9].allSatisfy { $0 == 0 })
  let rest = table[9...].map { Double($0) }
  #expect(abs(rest.reduce(0, +) / Double(rest.count)) < 0.02)
  #expect(abs((rest.reduce(0) { $0 + $1 * $1 } / Double(rest.count)).squareRoot() - 0.1) < 0.01)
}

@Test func pretrainedVectorsAreTakenAndPaddingIsZeros() throws {
  let vectors = (0..<60 * 9).map { Float($0 + 1) }
  let model = try NeuralClassifier(configuration: smallConfiguration(), seed: 1, vectors: vectors)
  let table = try #require(model.tensors["embedding.weight"]?.values)
  #expect(table[..<9].allSatisfy { $0 == 0 })
  #expect(Array(table[9...]) == Array(vectors[9...]))
  #expect(throws: ModelError.wrongShape(name: "embedding.weight", expected: [60, 9], got: [539])) {
    try NeuralClassifier(
      configuration: smallConfiguration(), seed: 1, vectors: Array(vectors.dropLast()))
  }
}

@Test func aCopyForTrainingSharesNothing() throws {
  let original = try model()
  let before = original.tensors
  let copy = NeuralClassifier(copying: original)
  copy.weights.dense.elements.update(repeating: 3)
  copy.weights[copy.wordTable].fill(3)
  for (name, tensor) in original.tensors { #expect(before[name]?.values == tensor.values, "\(name)") }
}

@Test func attentionIsThereWhenThePoolingHasIt() throws {
  for pooling in Pooling.allCases {
    let model = try NeuralClassifier(configuration: smallConfiguration(pooling: [pooling]), seed: 1)
    #expect(model.hasAttention == (pooling == .additive || pooling == .linear))
  }
}

@Test func aNameThatNoWeightHasIsAnError() throws {
  let model = try model()
  #expect(throws: ModelError.unexpectedWeight(name: "no.such.weight")) { try model.values("no.such.weight") }
  #expect(try model.values("output.bias").count == 3)
}
