import DiscernModels
import DiscernTensor
import Foundation
import Testing

/// Where targets have bounds, outputs are the hyperbolic tangent of those without.
@Test func outputsWithBoundsLieBetweenThem() throws {
  func configuration(_ bounds: [Double]?) -> ForecastConfiguration {
    var network = RecurrentConfiguration()
    (network.hiddenSize, network.layerCount, network.embeddingSize) = (6, 1, 2)
    network.pooling = [.last]
    return ForecastConfiguration(
      inputCount: 2, targetCount: 1, window: 5, horizon: 3, bounds: bounds, network: network)
  }
  let free = try ForecastNetwork(configuration(nil), seed: 3)
  let bound = try ForecastNetwork(configuration([0, 3]), seed: 3)
  for name in free.weights.names where name.hasPrefix("output") {
    // Large enough for the bounds to matter.
    for weights in [free.weights, bound.weights] {
      guard let values = weights[name] else { continue }
      for index in 0..<values.count { values.pointer[index] *= 20 }
    }
  }
  for weights in [free.weights, bound.weights] { weights.didChange() }
  let batch = ForecastBatch(
    count: 4, inputs: (0..<40).map { sin(Float($0)) }, targets: [Float](repeating: 0, count: 12))
  let (compute, workspace) = (Compute(threadCount: 1), Workspace())
  let expected = free.outputs(batch, compute, workspace).map { tanh($0) }
  let got = bound.outputs(batch, compute, workspace)
  #expect(expected.contains { abs($0) > 0.9 } && got.count == 12)
  for (got, expected) in zip(got, expected) { #expect(abs(got - expected) < 1e-6) }
}
