import DiscernCorpus
import DiscernTraining
import Foundation
import Testing

@Suite struct OutputBiasTests {
  private func bias(
    _ count: Int, _ labels: TaskLabels, weights: [Float]? = nil, classWeights: [Float]? = nil,
    smoothing: Float = 0
  ) -> [Float]? {
    OutputBias.biases(
      [LabelTally(labels, labelCount: count, weights: weights)], classWeights: [classWeights],
      smoothing: smoothing)[0]
  }

  private func softmax(_ bias: [Float]?) -> [Double] {
    let powers = (bias ?? []).map { exp(Double($0)) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  @Test func classesBeginAtTheirShares() {
    let labels = TaskLabels(numbers: Array(repeating: 0, count: 600) + Array(repeating: 1, count: 400) + [-1])
    #expect(zip(softmax(bias(2, labels)), [0.6, 0.4]).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(zip(softmax(bias(2, labels, smoothing: 0.2)), [0.58, 0.42]).allSatisfy { abs($0 - $1) < 1e-3 })
    // Classes balanced by weights begin in the middle.
    #expect(softmax(bias(2, labels, classWeights: [1 / 0.6, 1 / 0.4])).allSatisfy { abs($0 - 0.5) < 1e-3 })
    let rows = [Float](repeating: 2, count: 600) + [Float](repeating: 3, count: 401)
    #expect(softmax(bias(2, labels, weights: rows)).allSatisfy { abs($0 - 0.5) < 1e-3 })
    // A class without texts, and texts without weight.
    #expect(bias(3, labels)?.allSatisfy(\.isFinite) == true)
    #expect(bias(2, labels, weights: Array(repeating: 0, count: 1001)) == nil)
    #expect(bias(2, TaskLabels(numbers: [-1, -1])) == nil)
  }

  @Test func labelsBeginAtTheirLogOdds() {
    let labels = TaskLabels(
      numbers: (0..<1000).map { $0 < 100 ? 1 : $0 < 110 ? 2 : 0 }, sets: [[], [0], [0, 1]])
    func shares(_ bias: [Float]?) -> [Double] { (bias ?? []).map { 1 / (1 + exp(-Double($0))) } }
    #expect(zip(shares(bias(2, labels)), [0.11, 0.01]).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(
      zip(shares(bias(2, labels, smoothing: 0.1)), [0.149, 0.059]).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(abs(shares(bias(2, labels, classWeights: [0.89 / 0.11, 1]))[0] - 0.5) < 1e-2)
    #expect(shares(bias(3, labels))[2] > 0)
  }
}
