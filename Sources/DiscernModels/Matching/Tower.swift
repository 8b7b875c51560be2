import DiscernIO
import DiscernTensor

/// One of two towers: maps texts, or given vectors, to unit vectors in a space that both share.
struct Tower: Sendable {
  private let encoder: (any SentenceEncoder)?
  /// Scales the pooled features of texts, or given vectors, to mean 0 and deviation 1; nil: no scaling.
  let scaling: ColumnScaling?
  /// The dropout rate of scaled features; without scaling, the encoder has its own dropout.
  private let rate: Float
  private let projection: LinearParameters

  /// A tower of texts.
  ///
  /// - Parameter encoder: one shared with another tower; nil: a new one is added to the layout.
  init(
    _ configuration: MatcherConfiguration, name: String, encoder shared: (any SentenceEncoder)? = nil,
    _ layout: inout ParameterLayout
  ) {
    layout.namePrefix = name + "."
    defer { layout.namePrefix = "" }
    let encoder: any SentenceEncoder
    if let shared {
      encoder = shared
    } else if let transformer = configuration.encoder.transformer {
      encoder = TransformerEncoder(
        transformer, &layout, vocabularySize: configuration.vocabularySize, isScaled: false)
    } else if var recurrent = configuration.encoder.recurrent, configuration.scalesFeatures {
      // Dropout follows the scaling: on features whose mean is far from 0, it would hide the differences.
      recurrent.outputDropout = 0
      encoder = EncoderConfiguration.recurrent(recurrent).makeEncoder(
        &layout, vocabularySize: configuration.vocabularySize)
    } else {
      encoder = configuration.encoder.makeEncoder(&layout, vocabularySize: configuration.vocabularySize)
    }
    self.encoder = encoder
    scaling =
      configuration.scalesFeatures
      ? ColumnScaling(&layout, prefix: "features", size: encoder.featureSize) : nil
    rate = configuration.scalesFeatures ? configuration.encoder.recurrent?.outputDropout ?? 0 : 0
    layout.depth += 1
    // A pretrained transformer's vectors already match, so training begins with them.
    projection = LinearParameters(
      &layout, prefix: "projection", inputSize: encoder.featureSize, outputSize: configuration.vectorSize,
      bias: false,
      isIdentity: configuration.encoder.transformer != nil && encoder.featureSize == configuration.vectorSize)
  }

  /// A tower of given vectors.
  init(
    vectors size: Int, _ configuration: MatcherConfiguration, name: String, _ layout: inout ParameterLayout
  ) {
    layout.namePrefix = name + "."
    defer { layout.namePrefix = "" }
    encoder = nil
    rate = 0
    scaling = ColumnScaling(&layout, prefix: "features", size: size)
    projection = LinearParameters(
      &layout, prefix: "projection", inputSize: size, outputSize: configuration.vectorSize, bias: false)
  }

  /// The encoder that reads texts; nil if vectors are given.
  var textEncoder: (any SentenceEncoder)? { encoder }

  /// [N, D] of a batch's texts, in the batch's order.
  func callAsFunction(_ pass: Pass) -> Variable {
    let tape = pass.tape
    var features = features(pass)
    if let scaling {
      features = tape.dropout(
        tape.scale(features, by: scaling), probability: rate, stream: pass.stream(.outputDropout))
    }
    return tape.unitLength(tape.linear(features, projection))
  }

  /// [N, F] of a batch's texts, not scaled, in the batch's order.
  func features(_ pass: Pass) -> Variable {
    guard let encoder else { preconditionFailure("a tower of vectors was given texts") }
    return encoder(pass)
  }

  /// [N, D] of given vectors [N, F].
  func callAsFunction(_ vectors: Variable, _ tape: Tape) -> Variable {
    guard encoder == nil, let scaling else { preconditionFailure("a tower of texts was given vectors") }
    return tape.unitLength(tape.linear(tape.scale(vectors, by: scaling), projection))
  }
}
