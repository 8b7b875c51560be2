import CDiscernKernels

extension Tape {
  /// Rows of an embedding table: `ids` [U] to [U, D].
  ///
  /// In the backward pass, the result's gradient is added to the table's, row by row; several look-ups in one
  /// pass are summed.
  ///
  /// - Parameters:
  ///   - ids: each at most once, such as a batch's distinct words.
  ///   - perturbation: [U, D] added to the vectors (adversarial training); the table is not changed.
  package func embedding(_ table: EmbeddingTable, _ ids: [Int32], perturbation: Matrix? = nil) -> Variable {
    let size = table.columnCount
    let small = weights.quantized[table.name]
    let source = small == nil ? weights[table] : nil
    let result = variable(ids.count, size)  // [U, D]
    compute.forEachBlock(of: ids.count, size: 256) { rows in
      for row in rows {
        let id = ids[row]
        precondition(id >= 0 && Int(id) < table.rowCount, "token id \(id) of \(table.rowCount)")
        if let source {
          result.value.row(row).update(from: source.row(Int(id)), count: size)
        } else {
          small?.widen(row: Int(id), into: result.value.row(row))
        }
      }
    }
    if let perturbation {
      precondition(perturbation.rows == ids.count && perturbation.columns == size, "perturbation's shape")
      kernels.axpy(result.value.count, 1, perturbation.pointer, result.value.pointer)
    }
    if table.isTrainable {
      record { [self] in
        guard let gradient = result.gradient, let gradients else { return }
        gradients.add(ids, gradient, to: table)
      }
    }
    return result
  }
}
