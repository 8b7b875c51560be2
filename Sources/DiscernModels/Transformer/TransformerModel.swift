import DiscernCorpus
import DiscernTensor

/// A transformer with its weights, which computes vectors of texts.
package final class TransformerModel: Sendable {
  package let configuration: TransformerConfiguration
  package let vocabularySize: Int
  package let weights: Weights
  private let encoder: TransformerEncoder

  /// A model of zeros, to be filled.
  package init(_ configuration: TransformerConfiguration, vocabularySize: Int) {
    self.configuration = configuration
    self.vocabularySize = vocabularySize
    var layout = ParameterLayout()
    encoder = TransformerEncoder(configuration, &layout, vocabularySize: vocabularySize, isScaled: false)
    weights = Weights(layout: layout)
  }

  /// Every weight's name and shape, in the layout's order; allocates nothing for them.
  package static func shapes(
    _ configuration: TransformerConfiguration, vocabularySize: Int
  ) -> [(name: String, shape: [Int])] {
    var layout = ParameterLayout()
    _ = TransformerEncoder(configuration, &layout, vocabularySize: vocabularySize, isScaled: false)
    return layout.tables.map { ($0.name, $0.shape) }
      + (layout.parameters + layout.fixed).map { ($0.name, $0.shape) }
  }

  /// The names of the weights that a classifier with this encoder keeps frozen.
  ///
  /// - Parameter count: the number of top layers that it trains.
  package func fixedNames(unfrozen count: Int) -> Set<String> {
    var configuration = configuration
    configuration.unfrozenLayers = count
    var layout = ParameterLayout()
    _ = TransformerEncoder(configuration, &layout, vocabularySize: vocabularySize, isScaled: false)
    return layout.fixedNames
  }

  /// Vectors of texts, row-major [N, F], in the texts' order. Texts are batched by length internally; each
  /// must have at least one token and at most as many as there are positions.
  ///
  /// - Parameters:
  ///   - workspace: its memory is reused.
  ///   - onProgress: called after each batch with the number of texts done.
  ///   - isInterrupted: called before each batch; if it returns true, the result is meaningless.
  package func vectors(
    _ texts: EncodedTexts, compute: Compute, tokensPerBatch: Int = 2_048, workspace: Workspace = Workspace(),
    onProgress: (Int) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) -> [Float] {
    let size = configuration.hiddenSize
    var result = [Float](repeating: 0, count: texts.count * size)
    var isOver = false
    var done = 0
    texts.forEachBatch(tokensPerBatch: tokensPerBatch) { batch in
      isOver = isOver || isInterrupted()
      if isOver { return }
      workspace.reset()
      let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
      let vectors = encoder.vectors(Pass(tape, batch)).value
      for (row, text) in batch.indices.enumerated() {
        let values = UnsafeBufferPointer(start: vectors.row(row), count: size)
        result.replaceSubrange(text * size..<(text + 1) * size, with: values)
      }
      done += batch.textCount
      onProgress(done)
    }
    return result
  }
}
