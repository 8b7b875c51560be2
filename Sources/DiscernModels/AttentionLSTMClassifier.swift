import DiscernBatching
import DiscernTensor
import Foundation

/// Embedding → dropout → bidirectional LSTM layers → pooling → dropout → linear.
///
/// A value: copies share weights that nobody changes. `classify` more texts at once by packing them
/// into one batch; a text's scores are the same bits alone and in any batch.
public struct AttentionLSTMClassifier: Sendable {
  public let configuration: ClassifierConfiguration
  package let weights: Weights
  private let layers: [[LSTMParameters]]  // by layer, by direction
  private let attentions: [Pooling: AttentionParameters]
  private let outputs: [LinearParameters]  // by head

  /// The name of the embedding table among the weights.
  package static let embeddingName = "embedding.weight"

  /// - Throws: `ModelError.invalidConfiguration`.
  private init(shape configuration: ClassifierConfiguration) throws(ModelError) {
    try configuration.validate()
    self.configuration = configuration
    var layout = ParameterLayout()
    let features = 2 * configuration.hiddenSize
    layers = (0..<configuration.layerCount).map { layer in
      ["l\(layer)", "l\(layer)_reverse"].map {
        LSTMParameters(
          &layout, prefix: "lstm", suffix: $0,
          inputSize: layer == 0 ? configuration.embeddingSize : features,
          hiddenSize: configuration.hiddenSize)
      }
    }
    var attentions: [Pooling: AttentionParameters] = [:]
    for pooling in configuration.pooling where pooling == .additive || pooling == .linear {
      attentions[pooling] = AttentionParameters(
        &layout, prefix: pooling == .additive ? "attention" : "linear_attention", inputSize: features,
        attentionSize: pooling == .additive ? configuration.attentionSize : nil)
    }
    self.attentions = attentions
    outputs = configuration.heads.map { head in
      LinearParameters(
        &layout, prefix: configuration.heads.count == 1 ? "output" : "output.\(head.name)",
        inputSize: features * configuration.pooling.count, outputSize: head.classCount)
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
    let stream = RandomStream(seed: seed, purpose: .initialisation)
    var draw = 0
    func uniform(_ parameter: Parameter, _ fanIn: Int) {
      let bound = 1 / Float(fanIn).squareRoot()
      let values = weights[parameter]
      for index in 0..<values.count {
        values.pointer[index] = (2 * stream.uniform(draw) - 1) * bound
        draw += 1
      }
    }
    let hidden = configuration.hiddenSize
    for direction in layers.joined() {
      for parameter in [
        direction.inputWeight, direction.recurrentWeight, direction.inputBias, direction.recurrentBias,
      ] {
        uniform(parameter, hidden)
      }
      // Both biases are added; together the forget gate's is 1.
      for bias in [direction.inputBias, direction.recurrentBias] {
        (weights[bias].pointer + hidden).update(repeating: 0.5, count: hidden)
      }
    }
    for pooling in Pooling.allCases {
      guard let attention = attentions[pooling] else { continue }
      if let projection = attention.projection {
        uniform(projection.weight, projection.weight.columns)
        if let bias = projection.bias { uniform(bias, projection.weight.columns) }
      }
      uniform(attention.score, attention.score.columns)
    }
    for output in outputs {
      uniform(output.weight, output.weight.columns)
      if let bias = output.bias { uniform(bias, output.weight.columns) }
    }

    let table = weights.embedding
    if let vectors {
      guard vectors.count == table.count else {
        throw .wrongShape(
          name: Self.embeddingName, expected: [configuration.vocabularySize, configuration.embeddingSize],
          got: [vectors.count])
      }
      _ = table.elements.update(fromContentsOf: vectors)
    } else {
      for index in configuration.embeddingSize..<table.count {
        table.pointer[index] = 0.1 * stream.normal(draw + index)
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
    layers = other.layers
    attentions = other.attentions
    outputs = other.outputs
    self.weights = weights
  }

  private func pointer(_ name: String) -> UnsafeMutablePointer<Float> {
    weights.layout.parameters.first { $0.name == name }.map { weights[$0].pointer }
      ?? weights.embedding.pointer
  }

  /// Every weight's name and shape in the order of the layers, PyTorch's names.
  public var shapes: [(name: String, shape: [Int])] {
    [(Self.embeddingName, [configuration.vocabularySize, configuration.embeddingSize])]
      + weights.layout.parameters.map { ($0.name, $0.shape) }
  }

  public var parameterCount: Int { shapes.reduce(0) { $0 + $1.shape.reduce(1, *) } }

  /// The values of the weight of that name, row-major.
  package func values(_ name: String, count: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: pointer(name), count: count)
  }

  /// Whether the model computes attention, and so can say which words weighed.
  public var hasAttention: Bool { !attentions.isEmpty }

  /// Memory for the projections of words, for passes over many batches with these weights.
  package func makeProjectionCache() -> ProjectionCache {
    ProjectionCache(
      vocabularySize: configuration.vocabularySize, hiddenSize: configuration.hiddenSize,
      directionCount: layers[0].count)
  }

  /// One pass over a batch, on the caller's tape.
  ///
  /// - Parameters:
  ///   - dropoutSeed: keys the masks; the same seed and step give the same ones.
  ///   - perturbation: what is added to the word vectors.
  ///   - cache: projections of words kept from batch to batch, where no gradients are wanted.
  /// - Returns: each head's logits [N, C], the first attention pooling's α [S, 1], in the batch's order, and the
  ///   vectors that the perturbation was added to, whose gradient adversarial training asks for; `nil`
  ///   with a cache.
  package func forward(
    _ tape: Tape, _ batch: PackedBatch, dropoutSeed: UInt64 = 0, step: Int = 0,
    perturbation: Perturbation = .ofWords(nil), cache: ProjectionCache? = nil
  ) -> (logits: [Variable], attention: Matrix?, vectors: Variable?) {
    func stream(_ purpose: RandomStream.Purpose, _ layer: Int = 0) -> RandomStream {
      RandomStream(seed: dropoutSeed &+ UInt64(layer), purpose: purpose, counter: step)
    }
    var vectors: Variable?
    var states: Variable
    if let cache, !tape.isRecording,
      let first = tape.packedLSTM(
        words: batch.distinctIDs, rows: batch.tokenRows, layout: batch.layout, directions: layers[0],
        cache: cache)
    {
      states = first
    } else {
      let words = tape.embedding(
        batch.distinctIDs, trainable: configuration.trainsEmbedding, perturbation: perturbation.ofWords)
      let kept = tape.dropout(
        words, probability: configuration.embeddingDropout, stream: stream(.embeddingDropout))  // [U, D]
      let inputs: Variable
      switch perturbation {
      case .ofWords: (inputs, vectors) = (kept, words)
      case .ofTokens(let moved):
        inputs = tape.expandRows(kept, batch.tokenRows, perturbation: moved)  // [S, D]
        vectors = inputs
      }
      states = tape.packedLSTM(
        inputs, rows: perturbation.isOfTokens ? nil : batch.tokenRows, layout: batch.layout,
        directions: layers[0])
    }
    for (index, directions) in layers.enumerated().dropFirst() {
      states = tape.packedLSTM(
        tape.dropout(
          states, probability: configuration.layerDropout, stream: stream(.layerDropout, index)),
        rows: nil, layout: batch.layout, directions: directions)
    }  // [S, 2H]
    var attention: Matrix?
    let pooled = configuration.pooling.map { pooling -> Variable in
      switch pooling {
      case .additive, .linear:
        guard let parameters = attentions[pooling] else { preconditionFailure("no weights for \(pooling)") }
        let result = tape.attentionPooling(states, layout: batch.layout, parameters)
        attention = attention ?? result.attention
        return result.pooled
      case .max: return tape.maxPooling(states, layout: batch.layout)
      case .mean: return tape.meanPooling(states, layout: batch.layout)
      case .last: return tape.lastStatePooling(states, layout: batch.layout, directions: 2)
      }
    }
    let features = tape.dropout(
      tape.concatenate(pooled), probability: configuration.outputDropout, stream: stream(.outputDropout))
    return (outputs.map { tape.linear(features, $0) }, attention, vectors)  // [N, C] each
  }
}
