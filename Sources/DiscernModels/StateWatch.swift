import DiscernCorpus
import DiscernSystem
import DiscernTensor

/// Gathers statistics of recurrent states and attention over some texts.
///
/// States of all cells lie between −1 and 1. The entropy of attention is divided by the logarithm of the
/// text's length: 1 if all tokens count the same, 0 if only one counts.
package final class StateWatch {
  private var states: [Distribution] = []
  private var entropy = Distribution(0...1, binCount: 40)

  /// The maximum number of texts to examine, spread evenly: enough for an impression at a small fraction of
  /// an epoch's cost.
  private static let textLimit = 256
  /// Small, since states are kept until the end of a batch.
  private static let batchSize = 32

  private init() {}

  /// The distributions of a model's values: `states/l0` and so on by layer, and `attention/entropy` if it has
  /// attention.
  package static func distributions(
    of model: NeuralClassifier, _ texts: EncodedTexts, _ compute: Compute
  ) -> [String: Distribution] {
    let watch = StateWatch()
    let count = min(texts.count, textLimit)
    let chosen = (0..<count).map { $0 * texts.count / count }
    let workspace = Workspace()
    for start in stride(from: 0, to: count, by: batchSize) {
      workspace.reset()
      let batch = PackedBatch(texts, indices: Array(chosen[start..<min(count, start + batchSize)]))
      let tape = Tape(compute: compute, workspace: workspace, weights: model.weights, gradients: nil)
      let pass = Pass(tape, batch, watch: watch)
      _ = model(pass)
      if let attention = pass.attention { watch.add(attention: attention, batch.layout) }
    }
    var result: [String: Distribution] = [:]
    for (layer, states) in watch.states.enumerated() { result["states/l\(layer)"] = states }
    if model.hasAttention { result["attention/entropy"] = watch.entropy }
    return result
  }

  /// - Parameter states: [S, F]
  func add(_ states: Matrix, layer: Int) {
    while self.states.count <= layer { self.states.append(Distribution(-1...1, binCount: 40)) }
    for value in states.array where value.isFinite { self.states[layer].add(Double(value)) }
  }

  /// - Parameter attention: [S, 1]
  private func add(attention: Matrix, _ layout: PackedLayout) {
    let weights = attention.array
    for sequence in 0..<layout.sequenceCount where layout.lengths[sequence] > 1 {
      let length = layout.lengths[sequence]
      let sum = (0..<length).reduce(0.0) { sum, step in
        let weight = Double(weights[layout.offsets[step] + sequence])
        return weight > 0 ? sum - weight * log(weight) : sum
      }
      if sum.isFinite { entropy.add(sum / log(Double(length))) }
    }
  }
}
