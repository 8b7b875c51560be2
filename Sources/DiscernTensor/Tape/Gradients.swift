/// The gradients of a step, outside the weights: dense ones flat in the weights' layout, the
/// embedding table's as rows.
package final class Gradients {
  package let layout: ParameterLayout
  package let dense: AlignedBuffer
  /// Distinct words of the batch and the gradient of each one's vector, [U, D].
  package private(set) var embeddingRows: (ids: [Int32], values: Matrix)?

  package init(layout: ParameterLayout) {
    self.layout = layout
    dense = AlignedBuffer(count: layout.count)
  }

  package subscript(parameter: Parameter) -> Matrix {
    Matrix(dense.pointer + parameter.offset, rows: parameter.rows, columns: parameter.columns)
  }

  package func reset() {
    dense.pointer.update(repeating: 0, count: dense.count)
    embeddingRows = nil
  }

  /// Adds rows; a second pass over the same words (adversarial training) adds to the first's.
  func addEmbeddingRows(_ ids: [Int32], _ values: Matrix) {
    guard let (present, sum) = embeddingRows else {
      embeddingRows = (ids, values)
      return
    }
    precondition(present == ids, "the second pass must see the same words as the first")
    for index in 0..<sum.count { sum.pointer[index] += values.pointer[index] }
  }
}
