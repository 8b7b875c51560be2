import DiscernBatching
import DiscernTensor
import Foundation

/// A `SentenceEncoder` and linear heads on its vectors.
///
/// A value: copies share weights that nobody changes. `classify` more texts at once by packing them
/// into one batch; a text's scores are the same bits alone and in any batch.
public struct AttentionLSTMClassifier: Sendable {
  public let configuration: ClassifierConfiguration
  package let weights: Weights
  private let encoder: SentenceEncoder
  private let outputs: [LinearParameters]  // by head

  /// The name of the embedding table among the weights.
  package static let embeddingName = "embedding.weight"

  /// - Throws: `ModelError.invalidConfiguration`.
  private init(shape configuration: ClassifierConfiguration) throws(ModelError) {
    try configuration.validate()
    self.configuration = configuration
    var layout = ParameterLayout()
    encoder = SentenceEncoder(configuration, &layout)
    outputs = configuration.heads.map { [encoder] head in
      LinearParameters(
        &layout, prefix: configuration.heads.count == 1 ? "output" : "output.\(head.name)",
        inputSize: encoder.featureSize, outputSize: head.classCount)
    }
    weights = Weights(
      layout: layout, vocabularySize: configuration.vocabularySize,
      embeddingSize: configuration.embeddingSize)
  }

  /// A new model with random weights: uniform ±1/√fan-in (PyTorch's own defaults), the forget gates'
  /// bias 1 (Jozefowicz et al. 2015), word vectors normal with deviation 0.1, `<pad>` zeros.
  ///
  /// - Parameter vectors: pretrained word vectors [V, D], row-major, to begin from.
  /// - Throws: `ModelError.invalidConfiguration`, `.wrongShape` for vectors of another size.
  public init(
    configuration: ClassifierConfiguration, seed: UInt64, vectors: [Float]? = nil
  ) throws(ModelError) {
    try self.init(shape: configuration)
    var initialiser = WeightInitialiser(weights, seed: seed)
    encoder.initialise(&initialiser)
    for output in outputs { initialiser.linear(output) }

    let table = weights.embedding
    if let vectors {
      guard vectors.count == table.count else {
        throw .wrongShape(
          name: Self.embeddingName, expected: [configuration.vocabularySize, configuration.embeddingSize],
          got: [vectors.count])
      }
      _ = table.elements.update(fromContentsOf: vectors)
    } else {
      // <unk> stays zero, as training may never meet it.
      for index in 2 * configuration.embeddingSize..<table.count {
        table.pointer[index] = 0.1 * initialiser.stream.normal(initialiser.drawCount + index)
      }
    }
    table.pointer.update(repeating: 0, count: configuration.embeddingSize)
  }

  /// A model from named weights, all of which must be there in the right shape and finite.
  ///
  /// - Throws: `ModelError`.
  package init(
    configuration: ClassifierConfiguration, tensors: [String: (shape: [Int], values: [Float])]
  ) throws(ModelError) {
    try self.init(shape: configuration)
    let expected = shapes
    if let extra = tensors.keys.sorted().first(where: { name in !expected.contains { $0.name == name } }) {
      throw .unexpectedWeight(name: extra)
    }
    for (name, shape) in expected {
      guard let tensor = tensors[name] else { throw .missingWeight(name: name) }
      guard tensor.shape == shape, tensor.values.count == shape.reduce(1, *) else {
        throw .wrongShape(name: name, expected: shape, got: tensor.shape)
      }
      if let index = tensor.values.firstIndex(where: { !$0.isFinite }) {
        throw .nonFiniteWeight(name: name, index: index)
      }
      let target = pointer(name)
      tensor.values.withUnsafeBufferPointer { values in
        if let base = values.baseAddress { target.update(from: base, count: values.count) }
      }
    }
  }

  /// A model of the same shape around a copy of its weights, for training to change.
  package init(copying other: AttentionLSTMClassifier) {
    self.init(other, weights: Weights(copying: other.weights))
  }

  /// A model of the same shape around other weights.
  package init(_ other: AttentionLSTMClassifier, weights: Weights) {
    configuration = other.configuration
    encoder = other.encoder
    outputs = other.outputs
    self.weights = weights
  }

  private func pointer(_ name: String) -> UnsafeMutablePointer<Float> {
    weights.layout.parameters.first { $0.name == name }.map { weights[$0].pointer }
      ?? weights.layout.states.first { $0.name == name }.map { weights[$0].pointer }
      ?? weights.embedding.pointer
  }

  /// Every weight's name and shape in the order of the layers, then those of running statistics; PyTorch's
  /// names.
  public var shapes: [(name: String, shape: [Int])] {
    [(Self.embeddingName, [configuration.vocabularySize, configuration.embeddingSize])]
      + weights.layout.parameters.map { ($0.name, $0.shape) }
      + weights.layout.states.map { ($0.name, $0.shape) }
  }

  /// How many numbers training moves, or could: without running statistics.
  public var parameterCount: Int {
    weights.embedding.count + weights.layout.parameters.reduce(0) { $0 + $1.count }
  }

  /// The values of the weight of that name, row-major.
  package func values(_ name: String, count: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: pointer(name), count: count)
  }

  /// Whether the model computes attention, and so can say which words weighed.
  public var hasAttention: Bool { encoder.hasAttention }

  /// Memory for the projections of words, for passes over many batches with these weights.
  package func makeProjectionCache() -> ProjectionCache { encoder.makeProjectionCache() }

  /// One pass over a batch, on the caller's tape.
  ///
  /// - Parameters:
  ///   - dropoutSeed: keys the masks; the same seed and step give the same ones.
  ///   - rates: how much is dropped, if other than what the configuration says.
  ///   - perturbation: what is added to the word vectors.
  ///   - cache: projections of words kept from batch to batch, where no gradients are wanted.
  /// - Returns: each head's logits [N, C], the first attention pooling's α [S, 1], in the batch's order, and the
  ///   vectors that the perturbation was added to, whose gradient adversarial training asks for; `nil`
  ///   with a cache.
  package func forward(
    _ tape: Tape, _ batch: PackedBatch, dropoutSeed: UInt64 = 0, step: Int = 0,
    rates: DropoutRates? = nil, perturbation: Perturbation = .ofWords(nil), cache: ProjectionCache? = nil
  ) -> (logits: [Variable], attention: Matrix?, vectors: Variable?) {
    let encoding = encoder.encode(
      tape, batch, dropoutSeed: dropoutSeed, step: step, rates: rates ?? configuration.dropoutRates,
      perturbation: perturbation, cache: cache)
    // [N, C] each
    return (outputs.map { tape.linear(encoding.features, $0) }, encoding.attention, encoding.vectors)
  }
}
