import DiscernIO
import DiscernSystem
import DiscernTensor

/// A neural text classifier: an encoder, and heads that read its vectors.
///
/// A value: copies share weights until one of them changes. Texts are classified together by packing them
/// into one batch; a text's scores have the same bits alone and in any batch.
public struct NeuralClassifier: Sendable {
  /// The model's shape.
  public let configuration: ClassifierConfiguration
  package let weights: Weights
  /// Whether all weights are representable in half precision, in which they are then saved.
  package var isHalf = false
  let encoder: any SentenceEncoder
  let heads: [Head]
  /// By head, the heads that read the early exit; empty without one.
  let exitHeads: [Head]

  /// The vectors of words [V, D].
  package var wordTable: EmbeddingTable { encoder.wordTable }
  /// The rows [B, D] that the letters of unknown words add to the vector of `<unk>`; nil: none.
  package var letterTable: EmbeddingTable? { encoder.letterTable }

  /// - Throws: `ModelError.invalidConfiguration`.
  private init(
    shape configuration: ClassifierConfiguration,
    makeWeights: (ParameterLayout) -> Weights = { Weights(layout: $0) }
  ) throws(ModelError) {
    try configuration.validate()
    self.configuration = configuration
    var layout = ParameterLayout()
    (encoder, heads, exitHeads) = Self.lay(out: configuration, in: &layout)
    weights = makeWeights(layout)
  }

  /// A model that shares the frozen weights of another; its other weights are zeros.
  ///
  /// - Throws: `ModelError.invalidConfiguration`.
  init(
    configuration: ClassifierConfiguration, sharingFixedOf other: Weights
  ) throws(ModelError) {
    try self.init(shape: configuration) { Weights(layout: $0, sharingFixedOf: other) }
  }

  /// Fits the scaling, if the network has one, that gives texts' vectors [N, F] mean 0 and deviation 1 before
  /// the heads read them.
  func fitScaling(to vectors: [Float]) {
    (encoder as? TransformerEncoder)?.fitScaling(to: vectors, weights)
  }

  /// Adds a model's weights to a layout; allocates nothing for them.
  private static func lay(
    out configuration: ClassifierConfiguration, in layout: inout ParameterLayout
  ) -> (any SentenceEncoder, [Head], [Head]) {
    let encoder = configuration.encoder.makeEncoder(&layout, vocabularySize: configuration.vocabularySize)
    func heads(_ prefix: String) -> [Head] {
      configuration.heads.map { head in
        Head(
          head, isOnly: configuration.heads.count == 1, inputSize: encoder.featureSize, &layout,
          prefix: prefix)
      }
    }
    let own = heads("")
    return (encoder, own, configuration.encoder.recurrent?.hasEarlyExit == true ? heads("exit.") : [])
  }

  static func weightCounts(_ configuration: ClassifierConfiguration) -> WeightCounts {
    var layout = ParameterLayout()
    _ = lay(out: configuration, in: &layout)
    let tables = layout.tables.reduce(0) { $0 + ($1.isFixed ? 0 : $1.count) }
    return WeightCounts(
      table: tables, network: layout.count, fixed: layout.weightCount - layout.trainedCount)
  }

  /// Checks that a model of that configuration has weights of these names and shapes, and no others.
  /// Allocates nothing for them.
  ///
  /// - Parameter isFixed: true: only the frozen weights; false: only the others; nil: all.
  /// - Throws: `ModelError`.
  package static func check(
    _ configuration: ClassifierConfiguration, shapes: [String: [Int]], isFixed: Bool? = nil
  ) throws(ModelError) {
    let layout = try layout(configuration)
    let fixed = layout.fixedNames
    try ModelError.check(
      shapes,
      against: Self.shapes(layout).filter { isFixed == nil || fixed.contains($0.name) == isFixed })
  }

  /// The layout of a model with that configuration; allocates nothing for its weights.
  ///
  /// - Throws: `ModelError.invalidConfiguration`.
  package static func layout(_ configuration: ClassifierConfiguration) throws(ModelError) -> ParameterLayout {
    try configuration.validate()
    var layout = ParameterLayout()
    _ = lay(out: configuration, in: &layout)
    return layout
  }

  /// A new model with random weights: uniform ±1/√fan-in (PyTorch's defaults), the forget gates' bias 1
  /// (Jozefowicz et al. 2015), word vectors normal with deviation 0.1, `<pad>` zeros.
  ///
  /// - Parameter vectors: pretrained word vectors [V, D], row-major, to begin from.
  /// - Throws: `ModelError.invalidConfiguration`, `.wrongShape` for vectors of another size.
  public init(
    configuration: ClassifierConfiguration, seed: UInt64, vectors: [Float]? = nil
  ) throws(ModelError) {
    try self.init(configuration: configuration, seed: seed, vectors: vectors, letters: nil)
  }

  /// The same with rows [B, D] for the letters of unknown words; nil: zeros.
  package init(
    configuration: ClassifierConfiguration, seed: UInt64, vectors: [Float]?, letters: [Float]?
  ) throws(ModelError) {
    try self.init(shape: configuration)
    var given: [EmbeddingTable: [Float]] = [:]
    for (table, values) in [(wordTable, vectors), (letterTable, letters)] {
      guard let table, let values else { continue }
      guard values.count == table.count else {
        throw .wrongShape(name: table.name, expected: table.shape, got: [values.count])
      }
      given[table] = values
    }
    weights.initialise(seed: seed, given: given)
  }

  /// Sets the heads' biases, before training.
  ///
  /// - Parameter biases: by head, [C]; nil leaves a head's unchanged.
  package func setOutputBiases(_ biases: [[Float]?]) {
    for (head, bias) in zip(heads + exitHeads, exitHeads.isEmpty ? biases : biases + biases) {
      guard let bias, let target = head.bias else { continue }
      precondition(bias.count == target.count, "\(bias.count) biases for \(target.count) labels")
      weights[target].pointer.update(from: bias, count: bias.count)
    }
    weights.didChange()
  }

  /// A model from named weights, all of which must be present, finite and of the right shape.
  ///
  /// - Throws: `ModelError`.
  package init(
    configuration: ClassifierConfiguration, tensors: [String: (shape: [Int], values: [Float])]
  ) throws(ModelError) {
    try Self.check(configuration, shapes: tensors.mapValues(\.shape))
    func read(_ name: String, _ target: UnsafeMutableBufferPointer<Float>) throws(ModelError) {
      guard let tensor = tensors[name] else { throw .missingWeight(name: name) }
      guard tensor.values.count == target.count else {
        throw .wrongShape(name: name, expected: tensor.shape, got: [tensor.values.count])
      }
      if let index = tensor.values.firstIndex(where: { !$0.isFinite }) {
        throw .nonFiniteWeight(name: name, index: index)
      }
      _ = target.update(fromContentsOf: tensor.values)
    }
    try self.init(configuration: configuration, wrap: { $0 }, reading: read)
  }

  /// A model whose weights are read one after another, each directly into its memory.
  ///
  /// - Parameters:
  ///   - quantized: tables and weights of large matrix products in 8 bits, by name; all of them, or none.
  ///   - other: an unquantized model whose frozen weights are shared.
  ///   - wrap: turns a configuration error, weights whose products could overflow 16 bits
  ///     (`ModelError.unsafePair`), or an impossible statistic into a failure.
  ///   - read: fills the memory of the weight of that name, row-major, with finite numbers; not called for
  ///     those in 8 bits.
  package init<Failure: Error>(
    configuration: ClassifierConfiguration, quantized: [String: QuantizedMatrix] = [:],
    sharingFixedOf other: NeuralClassifier? = nil, wrap: (ModelError) -> Failure,
    reading read: (_ name: String, _ target: UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    do throws(ModelError) {
      try self.init(shape: configuration) { layout in
        if let other, quantized.isEmpty { return Weights(layout: layout, sharingFixedOf: other.weights) }
        return Weights(layout: layout, quantized: quantized)
      }
    } catch {
      throw wrap(error)
    }
    let isShared = other != nil && quantized.isEmpty
    let shared = isShared ? weights.layout.fixedNames : []
    for name in weights.layout.quantizable {
      if let row = quantized[name]?.unsafeRow { throw wrap(.unsafePair(name: name, row: row)) }
    }
    for name in weights.names where quantized[name] == nil && !shared.contains(name) {
      guard let values = weights[name] else { continue }
      try read(name, UnsafeMutableBufferPointer(start: values.pointer, count: values.count))
    }
    do throws(ModelError) { try weights.requireAllowedStates() } catch { throw wrap(error) }
  }

  /// A model of the same shape around a copy of its weights, for training to change.
  package init(copying other: NeuralClassifier) {
    self.init(other, weights: Weights(copying: other.weights))
  }

  /// Whether its tables and the weights of its large products are in 8 bits.
  package var isQuantized: Bool { !weights.quantized.isEmpty }

  /// The same model rounded to 8 bits; it cannot be trained further.
  package var quantized: NeuralClassifier {
    isQuantized ? self : NeuralClassifier(self, weights: Weights(quantizing: weights))
  }

  /// The same model with weights rounded to half precision; running statistics stay as they are.
  ///
  /// - Throws: `ModelError.nonFiniteWeight` for a weight beyond 65,504.
  package func halved() throws(ModelError) -> NeuralClassifier {
    var result = NeuralClassifier(self, weights: Weights(copying: weights, sharesFixed: false))
    result.isHalf = true
    let states = Set(weights.layout.states.map(\.name))
    for (name, _, values) in result.weights.tensors where !states.contains(name) {
      for index in 0..<values.count {
        values.pointer[index] = HalfPrecision.rounded(values.pointer[index])
        if !values.pointer[index].isFinite { throw .nonFiniteWeight(name: name, index: index) }
      }
    }
    return result
  }

  /// The names and shapes of the weights that are in 8 bits in a quantized model of that shape.
  package static func quantizedShapes(
    _ configuration: ClassifierConfiguration
  ) throws(ModelError) -> [String: [Int]] {
    let layout = try layout(configuration)
    let weights = (layout.parameters + layout.fixed).filter { layout.quantizable.contains($0.name) }
    return Dictionary(
      uniqueKeysWithValues: weights.map { ($0.name, $0.shape) } + layout.tables.map { ($0.name, $0.shape) })
  }

  /// A model of the same shape around other weights.
  package init(_ other: NeuralClassifier, weights: Weights) {
    configuration = other.configuration
    encoder = other.encoder
    heads = other.heads
    exitHeads = other.exitHeads
    self.weights = weights
  }

  /// Every weight's name and shape in layer order, then those of running statistics; named as in PyTorch.
  public var shapes: [(name: String, shape: [Int])] { Self.shapes(weights.layout) }

  private static func shapes(_ layout: ParameterLayout) -> [(name: String, shape: [Int])] {
    layout.tables.map { ($0.name, $0.shape) }
      + (layout.parameters + layout.fixed).map { ($0.name, $0.shape) }
      + layout.states.map { ($0.name, $0.shape) }
  }

  /// The number of its weights, without running statistics.
  public var parameterCount: Int { weights.layout.weightCount }

  /// The weight or running statistic of that name, row-major.
  ///
  /// - Throws: `ModelError.unexpectedWeight` if the model has none of that name.
  package func values(_ name: String) throws(ModelError) -> Matrix {
    guard let values = weights[name] else { throw .unexpectedWeight(name: name) }
    return values
  }

  /// Whether adversarial training can perturb the vectors that its layers read.
  package var acceptsPerturbation: Bool { encoder.acceptsPerturbation }

  /// Whether the model computes attention, and so can show how much each word counted.
  public var hasAttention: Bool { encoder.hasAttention }

  /// A cache for the projections of words, for passes over many batches with these weights.
  package func makeProjectionCache() -> ProjectionCache? { encoder.makeProjectionCache() }

  /// Each head's logits [N, C] of a batch, in the batch's order.
  package func callAsFunction(_ pass: Pass) -> [Variable] {
    let features = encoder(pass)  // [N, F]
    return heads.map { $0(features, pass.tape) }
  }

  /// The network step by step; its early exit is separate (`exitDescription`).
  public var description: NetworkDescription {
    var description = NetworkDescription()
    encoder.describe(to: &description)
    for head in heads { head.describe(to: &description) }
    return description
  }
}
