import DiscernCorpus
import DiscernTensor

/// A transformer with its weights that makes vectors of texts.
package final class TransformerModel: Sendable {
  package let configuration: TransformerConfiguration
  package let weights: Weights
  private let encoder: TransformerEncoder
  private let pooling: TransformerConfiguration.Pooling
  private let isNormalised: Bool

  /// Zeros, to be filled.
  ///
  /// - Parameter isNormalised: whether a text's vector has the length 1.
  package init(
    _ configuration: TransformerConfiguration, pooling: TransformerConfiguration.Pooling, isNormalised: Bool
  ) {
    self.configuration = configuration
    self.pooling = pooling
    self.isNormalised = isNormalised
    var layout = ParameterLayout()
    encoder = TransformerEncoder(configuration, &layout)
    weights = Weights(layout: layout)
  }

  /// Vectors of texts, row-major [N, F], in the texts' order. Texts are batched by length inside; each must
  /// have at least one token and at most as many as there are places.
  package func vectors(_ texts: EncodedTexts, compute: Compute, tokensPerBatch: Int = 4_096) -> [Float] {
    let size = configuration.hiddenSize
    var result = [Float](repeating: 0, count: texts.count * size)
    let workspace = Workspace()
    texts.forEachBatch(tokensPerBatch: tokensPerBatch) { batch in
      workspace.reset()
      let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
      let pass = Pass(tape, batch)
      let states = encoder(pass)
      let pooled: Matrix =
        switch pooling {
        case .first: states.value
        case .mean: tape.meanPooling(states, layout: pass.layout).value
        case .max: tape.maxPooling(states, layout: pass.layout).value
        }
      for (row, text) in batch.indices.enumerated() {
        let values = UnsafeBufferPointer(start: pooled.row(row), count: size)
        let length = isNormalised ? max(1e-12, values.reduce(0 as Float) { $0 + $1 * $1 }.squareRoot()) : 1
        for (column, value) in values.enumerated() { result[text * size + column] = value / length }
      }
    }
    return result
  }
}
