import DiscernCorpus
import DiscernTensor

extension Matcher {
  /// The unit vectors of texts, row-major [N, D], in the texts' order. Texts are batched by length
  /// internally; each must have at least one token.
  ///
  /// - Parameters:
  ///   - workspace: its memory is reused.
  ///   - isInterrupted: called before each batch; if it returns true, the result is meaningless.
  package func vectors(
    _ texts: EncodedTexts, _ side: Side, compute: Compute, workspace: Workspace = Workspace(),
    isInterrupted: () -> Bool = { false }
  ) -> [Float] {
    rows(
      of: texts, size: configuration.vectorSize, compute, workspace: workspace, isInterrupted: isInterrupted
    ) { self(side, $0) }
  }

  /// The pooled features of texts, not scaled, row-major [N, F]; each text must have at least one token.
  package func features(_ texts: EncodedTexts, _ side: Side, compute: Compute) -> [Float] {
    let tower = tower(side)
    return rows(of: texts, size: tower.textEncoder?.featureSize ?? 0, compute) { tower.features($0) }
  }

  private func rows(
    of texts: EncodedTexts, size: Int, _ compute: Compute, workspace: Workspace = Workspace(),
    isInterrupted: () -> Bool = { false }, _ network: (Pass) -> Variable
  ) -> [Float] {
    var result = [Float](repeating: 0, count: texts.count * size)
    var isOver = false
    texts.forEachBatch(tokensPerBatch: configuration.encoder.tokensPerBatch) { batch in
      isOver = isOver || isInterrupted()
      if isOver { return }
      workspace.reset()
      let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
      let vectors = network(Pass(tape, batch)).value
      for (row, text) in batch.indices.enumerated() {
        let values = UnsafeBufferPointer(start: vectors.row(row), count: size)
        result.replaceSubrange(text * size..<(text + 1) * size, with: values)
      }
    }
    return result
  }

  /// Maps vectors [N, F], given to the right tower, to unit vectors [N, D].
  package func vectors(ofFeatures features: [Float], compute: Compute) -> [Float] {
    let (given, size) = (configuration.featureCount, configuration.vectorSize)
    let count = features.count / given
    var result: [Float] = []
    result.reserveCapacity(count * size)
    let workspace = Workspace()
    for start in stride(from: 0, to: count, by: 1024) {
      workspace.reset()
      let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
      let rows = min(1024, count - start)
      let input = workspace.matrix(rows, given)
      for index in 0..<input.count { input.pointer[index] = features[start * given + index] }
      let output = self(vectors: Variable(input), tape).value
      result.append(contentsOf: UnsafeBufferPointer(start: output.pointer, count: output.count))
    }
    return result
  }
}
