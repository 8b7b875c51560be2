import DiscernIO
import DiscernTensor

/// The recurrent layers of a classifier over rows of numbers that are no words' vectors, and each direction's
/// last state.
struct StateEncoder: Sendable {
  private let layers: [any SequenceLayer]
  private let pooling: StatePooling
  private let rate: Float

  /// - Parameters:
  ///   - configuration: what it says of words is not used.
  ///   - inputSize: numbers of a row.
  init(_ configuration: RecurrentConfiguration, _ layout: inout ParameterLayout, inputSize: Int) {
    var own = configuration
    own.embeddingSize = inputSize
    layers = (0..<own.layerCount).flatMap {
      layout.depth += 1
      return RecurrentEncoder.stateLayers($0, own, &layout)
    }
    pooling = StatePooling(kind: .last(directions: own.directionCount), outputSize: own.stateSize)
    rate = own.outputDropout
  }

  var featureSize: Int { pooling.outputSize }

  /// [N, F] of rows [S, inputs] in the pass's layout.
  func callAsFunction(_ rows: Variable, _ pass: Pass) -> Variable {
    let states = layers.reduce(Sequences(rows)) { $1($0, pass) }.tokens(pass)  // [S, F]
    return pass.tape.dropout(
      pooling(states, pass), probability: pass.rates?.output ?? rate, stream: pass.stream(.outputDropout))
  }
}
