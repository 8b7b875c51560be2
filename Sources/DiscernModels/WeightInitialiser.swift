import DiscernIO
import DiscernTensor

/// Fills a new model's weights, one draw after the other of one stream: uniform ±1/√fan-in, PyTorch's own
/// defaults.
package struct WeightInitialiser {
  package let weights: Weights
  package let stream: RandomStream
  /// How many numbers have been drawn.
  package private(set) var drawCount = 0

  package init(_ weights: Weights, seed: UInt64) {
    self.weights = weights
    stream = RandomStream(seed: seed, purpose: .initialisation)
  }

  package mutating func uniform(_ parameter: Parameter, fanIn: Int) {
    let bound = 1 / Float(fanIn).squareRoot()
    let values = weights[parameter]
    for index in 0..<values.count {
      values.pointer[index] = (2 * stream.uniform(drawCount) - 1) * bound
      drawCount += 1
    }
  }

  package mutating func linear(_ parameters: LinearParameters) {
    uniform(parameters.weight, fanIn: parameters.weight.columns)
    if let bias = parameters.bias { uniform(bias, fanIn: parameters.weight.columns) }
  }
}
