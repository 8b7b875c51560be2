import CDiscernKernels

extension Tape {
  /// Gives each token its own row: distinct words [U, D] to tokens [S, D].
  ///
  /// - Parameter perturbation: [S, D] added to the tokens' rows (adversarial training).
  package func expandRows(_ words: Variable, _ rows: TokenRows, perturbation: Matrix? = nil) -> Variable {
    let size = words.value.columns
    let tokens = variable(rows.rowOfToken.count, size)
    if let perturbation {
      precondition(perturbation.rows == tokens.value.rows && perturbation.columns == size, "its shape")
    }
    compute.forEachBlock(of: tokens.value.rows, size: 256) { block in
      for token in block {
        tokens.value.row(token).update(from: words.value.row(Int(rows.rowOfToken[token])), count: size)
        if let perturbation { kernels.axpy(size, 1, perturbation.row(token), tokens.value.row(token)) }
      }
    }
    record { [self] in
      if let gradient = tokens.gradient { addRowSums(of: gradient, rows, to: words) }
    }
    return tokens
  }

  /// Adds the gradients of all its tokens, in order, to each row's gradient.
  ///
  /// - Parameter gradient: the tokens' gradient.
  func addRowSums(of gradient: Matrix, _ rows: TokenRows, to words: Variable) {
    let size = gradient.columns
    let target = words.gradientToAddTo(self)
    compute.forEachBlock(of: rows.rowCount, size: 64) { block in
      let sum = UnsafeMutablePointer<Float>.allocate(capacity: size)
      defer { sum.deallocate() }
      rows.tokens.withUnsafeBufferPointer { all in
        for row in block {
          let range = rows.tokenOffsets[row]..<rows.tokenOffsets[row + 1]
          kernels.gather_sum(
            range.count, all.baseAddress.map { $0 + range.lowerBound }, size, gradient.pointer, size,
            target.accumulate ? sum : target.matrix.row(row))
          if target.accumulate { kernels.axpy(size, 1, sum, target.matrix.row(row)) }
        }
      }
    }
  }
}
