import CDiscernKernels

// Notation: S tokens, H units of a direction.

extension Tape {
  /// A recurrent layer's states before it reaches each token: the forward half of the previous token and the
  /// backward half of the next one, side by side; zeros at a sequence's ends.
  ///
  /// - Parameters:
  ///   - input: the layer's states [S, directions · H].
  ///   - directions: 1, with only the forward half, or 2.
  /// - Returns: [S, directions · H].
  package func neighbourStates(_ input: Variable, layout: PackedLayout, directions: Int) -> Variable {
    let columns = input.value.columns
    precondition(
      input.value.rows == layout.tokenCount && columns % directions == 0,
      "[\(input.value.rows), \(columns)] for \(layout.tokenCount) tokens, \(directions) directions")
    let hidden = columns / directions
    // By direction: the row that each token's half comes from, and the row that it goes to.
    let sources = [layout.previousRows, layout.nextRows]
    let targets = [layout.nextRows, layout.previousRows]
    let output = variable(layout.tokenCount, columns)
    compute.forEachBlock(of: layout.tokenCount, size: 256) { rows in
      for row in rows {
        for direction in 0..<directions {
          let half = output.value.row(row) + direction * hidden
          let source = Int(sources[direction][row])
          if source < 0 {
            half.update(repeating: 0, count: hidden)
          } else {
            half.update(from: input.value.row(source) + direction * hidden, count: hidden)
          }
        }
      }
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self)
      compute.forEachBlock(of: layout.tokenCount, size: 256) { rows in
        for row in rows {
          if !target.accumulate { target.matrix.row(row).update(repeating: 0, count: columns) }
          for direction in 0..<directions {
            let other = Int(targets[direction][row])
            guard other >= 0 else { continue }
            kernels.axpy(
              hidden, 1, gradient.row(other) + direction * hidden,
              target.matrix.row(row) + direction * hidden)
          }
        }
      }
    }
    return output
  }
}
