import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernTensor

/// Two towers that give similar vectors to inputs that belong together: texts and texts, or texts and vectors
/// from another program.
///
/// A value: copies share weights until one of them changes. A text's vector has the same bits alone and in
/// any batch.
package struct Matcher: Sendable {
  /// One of the two towers.
  package enum Side: String, Sendable, CaseIterable { case left, right }

  package let configuration: MatcherConfiguration
  package let weights: Weights
  /// The learned factor by which the loss multiplies cosines.
  package let scale: LearnedScale
  private let left: Tower
  /// The same as `left` if shared.
  private let right: Tower

  /// The temperature at the start of training.
  package static let firstTemperature: Float = 0.07

  /// The parts of a model of a given shape.
  private struct Parts {
    var layout = ParameterLayout()
    let left: Tower
    let right: Tower
    let scale: LearnedScale

    init(_ configuration: MatcherConfiguration) throws(ModelError) {
      try configuration.validate()
      left = Tower(configuration, name: "left", &layout)
      switch configuration.right {
      case .shared: right = left
      case .text:
        right = Tower(
          configuration, name: "right",
          encoder: configuration.encoder.transformer == nil ? nil : left.textEncoder, &layout)
      case .vectors:
        right = Tower(vectors: configuration.featureCount, configuration, name: "right", &layout)
      }
      scale = LearnedScale(&layout, name: "logit_scale", temperature: Matcher.firstTemperature)
    }
  }

  /// A model of zeros, to be filled.
  ///
  /// - Throws: `ModelError.invalidConfiguration`.
  package init(_ configuration: MatcherConfiguration) throws(ModelError) {
    let parts = try Parts(configuration)
    self.configuration = configuration
    (left, right, scale) = (parts.left, parts.right, parts.scale)
    weights = Weights(layout: parts.layout)
  }

  /// The name and shape of every weight of a model with that configuration, in layer order; allocates nothing
  /// for them.
  ///
  /// - Throws: `ModelError.invalidConfiguration`.
  package static func shapes(
    _ configuration: MatcherConfiguration
  ) throws(ModelError) -> [(name: String, shape: [Int])] {
    shapes(try Parts(configuration).layout)
  }

  private static func shapes(_ layout: ParameterLayout) -> [(name: String, shape: [Int])] {
    layout.tables.map { ($0.name, $0.shape) }
      + (layout.parameters + layout.fixed).map { ($0.name, $0.shape) }
      + layout.states.map { ($0.name, $0.shape) }
  }

  /// A new model with random weights, drawn like a classifier's.
  ///
  /// - Parameters:
  ///   - transformer: the model whose weights the encoder takes if it is a transformer.
  ///   - pretrained: weights of a recurrent encoder by their names in a classifier; both towers begin with
  ///     them.
  ///   - features: [N, F] examples of the right tower's vectors, to measure their means and deviations.
  /// - Throws: `ModelError`.
  package init(
    _ configuration: MatcherConfiguration, seed: UInt64, temperature: Float = Matcher.firstTemperature,
    transformer: TransformerModel? = nil,
    pretrained: [(name: String, shape: [Int], values: [Float])] = [], features: [Float] = []
  ) throws(ModelError) {
    try self.init(configuration)
    weights.initialise(seed: seed)
    weights[scale.logarithm].pointer[0] = log(1 / temperature)
    for (name, shape, values) in transformer?.weights.tensors ?? [] {
      guard let target = weights["left." + name] else { throw .unexpectedWeight(name: name) }
      guard target.count == values.count else {
        throw .wrongShape(name: name, expected: [target.rows, target.columns], got: shape)
      }
      target.pointer.update(from: values.pointer, count: target.count)
    }
    for (name, shape, values) in pretrained {
      for side in configuration.right == .text ? ["left.", "right."] : ["left."] {
        guard let target = weights[side + name] else { throw .unexpectedWeight(name: name) }
        guard target.count == values.count else {
          throw .wrongShape(name: name, expected: [target.rows, target.columns], got: shape)
        }
        for (index, value) in values.enumerated() { target.pointer[index] = value }
      }
    }
    if configuration.right == .vectors, let scaling = right.scaling { weights.fit(scaling, to: features) }
    weights.didChange()
  }

  /// Fits the scaling of texts' features, if the model has one, with the current weights; for a new model.
  ///
  /// - Parameters:
  ///   - texts: examples for the left side; each must have at least one token.
  ///   - others: those for the right side; nil: the same.
  package func fitScaling(to texts: EncodedTexts, _ others: EncodedTexts?, compute: Compute) {
    guard configuration.scalesFeatures else { return }
    for side in configuration.right == .text ? Side.allCases : [.left] {
      guard let scaling = tower(side).scaling else { continue }
      let examples = side == .right ? others ?? texts : texts
      weights.fit(scaling, to: features(examples, side, compute: compute))
      // A feature that is constant at first need not stay so.
      let factors = weights[scaling.factors]
      for index in 0..<factors.count where factors.pointer[index] == 0 { factors.pointer[index] = 1 }
    }
    weights.didChange()
  }

  /// The same model with other weights of the same shape.
  package init(_ other: Matcher, weights: Weights) {
    (configuration, scale, left, right) = (other.configuration, other.scale, other.left, other.right)
    self.weights = weights
  }

  /// τ, by which cosines are divided.
  package var temperature: Float { 1 / weights.scale(scale) }

  /// Whether both sides share their weights.
  package var isShared: Bool { configuration.right == .shared }

  func tower(_ side: Side) -> Tower { side == .left ? left : right }

  /// [N, D] of a batch's texts, in the batch's order.
  package func callAsFunction(_ side: Side, _ pass: Pass) -> Variable { tower(side)(pass) }

  /// [N, D] of vectors [N, F] that are given to the right tower.
  package func callAsFunction(vectors: Variable, _ tape: Tape) -> Variable { right(vectors, tape) }
}
