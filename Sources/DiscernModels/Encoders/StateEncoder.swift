import DiscernIO
import DiscernTensor

/// A classifier's recurrent layers, over rows of numbers instead of word vectors, and a pooling of each
/// direction's last state.
struct StateEncoder: Sendable {
  private let layers: [any SequenceLayer]
  private let pooling: StatePooling
  private let rate: Float

  /// - Parameters:
  ///   - configuration: its settings about words are not used.
  ///   - inputSize: the number of columns of a row.
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

  /// Features [N, F] from rows [S, inputs] in the pass's layout.
  func callAsFunction(_ rows: Variable, _ pass: Pass) -> Variable {
    let states = layers.reduce(Sequences(rows)) { $1($0, pass) }.tokens(pass)  // [S, F]
    return pass.tape.dropout(
      pooling(states, pass), probability: pass.rates?.output ?? rate, stream: pass.stream(.outputDropout))
  }
}
