import CDiscernKernels

extension Tape {
  /// Rows of the embedding table for a batch's distinct words: `ids` [U] to [U, D].
  ///
  /// Backward, the result's gradient is the table's, row by row, since every word stands once.
  ///
  /// - Parameters:
  ///   - trainable: whether the table gets a gradient.
  ///   - perturbation: [U, D] added to the vectors (adversarial training); the table stays as it is.
  package func embedding(_ ids: [Int32], trainable: Bool, perturbation: Matrix? = nil) -> Variable {
    let size = weights.embeddingSize
    let result = variable(ids.count, size)  // [U, D]
    compute.forEachBlock(of: ids.count, size: 256) { rows in
      for row in rows {
        let id = ids[row]
        precondition(
          id >= 0 && Int(id) < weights.vocabularySize, "token id \(id) of \(weights.vocabularySize)")
        result.value.row(row).update(from: weights.embeddingRow(Int(id)), count: size)
      }
    }
    if let perturbation {
      precondition(perturbation.rows == ids.count && perturbation.columns == size, "perturbation's shape")
      kernels.axpy(result.value.count, 1, perturbation.pointer, result.value.pointer)
    }
    if trainable {
      record { [self] in
        guard let gradient = result.gradient, let gradients else { return }
        gradients.setEmbeddingRows(ids, gradient)
      }
    }
    return result
  }
}
