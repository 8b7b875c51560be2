import DiscernModels
import DiscernTensor
import TestSupport
import Testing

/// Room for everything, for some of the words, for one: what is kept, computed again or has no room changes
/// no bit.
@Test(arguments: [1, 8, 20, 39, 40, 1000]) func keptProjectionsChangeNoBit(rows: Int) throws {
  let configuration = smallConfiguration()
  let model = try NeuralClassifier(configuration: configuration, seed: 1)
  let texts = randomTexts(40, longest: 12, seed: 7)
  var generator = SeededGenerator(seed: 8)
  let compute = Compute(threadCount: 2)
  let cache = ProjectionCache(
    vocabularySize: configuration.vocabularySize, gateSize: 4 * configuration.network.hiddenSize,
    directionCount: 2,
    byteLimit: rows * 2 * 4 * configuration.network.hiddenSize * 4)
  let workspace = Workspace()
  for _ in 0..<100 {
    let batch = PackedBatch(
      texts,
      indices: Array(
        (0..<40).shuffled(using: &generator).prefix(Int.random(in: 1...8, using: &generator))))
    func logits(_ cache: ProjectionCache?) -> [UInt32] {
      workspace.reset()
      let tape = Tape(compute: compute, workspace: workspace, weights: model.weights, gradients: nil)
      return model(Pass(tape, batch, cache: cache))[0].value.array.map(\.bitPattern)
    }
    #expect(logits(cache) == logits(nil))
  }
}
