/// The gradients of a step, outside the weights: dense ones flat in the weights' layout, the
/// embedding table's as rows. All passes of a step add to them.
package final class Gradients {
  package let layout: ParameterLayout
  package let dense: AlignedBuffer
  /// Distinct words and the gradient of each one's vector, [U, D]: of the latest pass, and after
  /// `joinPasses` of all.
  package private(set) var embeddingRows: (ids: [Int32], values: Matrix)?
  private var earlierRows = RowSums()
  /// Whether the long products of weights are left out, for passes that only ask for the gradient of
  /// their input; what stands in `dense` then means nothing.
  let leavesOutProducts: Bool

  package init(layout: ParameterLayout, leavesOutProducts: Bool = false) {
    self.leavesOutProducts = leavesOutProducts
    self.layout = layout
    dense = AlignedBuffer(count: layout.count)
  }

  package subscript(parameter: Parameter) -> Matrix {
    Matrix(dense.pointer + parameter.offset, rows: parameter.rows, columns: parameter.columns)
  }

  package func reset() {
    dense.pointer.update(repeating: 0, count: dense.count)
    embeddingRows = nil
    earlierRows.reset()
  }

  func setEmbeddingRows(_ ids: [Int32], _ values: Matrix) {
    precondition(embeddingRows == nil, "beginNextPass stands between two passes")
    embeddingRows = (ids, values)
  }

  /// To be called between two passes of one step, before the workspace takes its memory back.
  package func beginNextPass() {
    guard let (ids, values) = embeddingRows else { return }
    earlierRows.add(ids, values)
    embeddingRows = nil
  }

  /// To be called after the last pass: the rows become those of all passes.
  package func joinPasses(_ workspace: Workspace) {
    guard !earlierRows.ids.isEmpty else { return }
    beginNextPass()
    embeddingRows = (earlierRows.ids, earlierRows.matrix(workspace))
  }
}
