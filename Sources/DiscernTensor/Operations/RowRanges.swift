import CDiscernKernels

extension Tape {
  /// Some rows that have no gradient, followed by others: [M, F] and [S, F] to [M + S, F].
  package func rows(_ first: Matrix, before last: Variable) -> Variable {
    precondition(first.columns == last.value.columns, "\(first.columns) and \(last.value.columns) features")
    let output = variable(first.rows + last.value.rows, first.columns)
    output.value.pointer.update(from: first.pointer, count: first.count)
    output.value.row(first.rows).update(from: last.value.pointer, count: last.value.count)
    record { [self] in
      guard let gradient = output.gradient else { return }
      add(gradient.row(first.rows), to: last.gradientToAddTo(self), row: 0, count: last.value.count)
    }
    return output
  }

  /// The last S rows: [M + S, F] to [S, F].
  package func lastRows(_ count: Int, of input: Variable) -> Variable {
    let first = input.value.rows - count
    if first == 0 { return input }
    let output = Variable(
      Matrix(input.value.row(first), rows: count, columns: input.value.columns))
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self)
      if !target.accumulate {
        target.matrix.pointer.update(repeating: 0, count: first * input.value.columns)
      }
      add(gradient.pointer, to: target, row: first, count: gradient.count)
    }
    return output
  }

  private func add(
    _ source: UnsafePointer<Float>, to target: (matrix: Matrix, accumulate: Bool), row: Int, count: Int
  ) {
    let place = target.matrix.row(row)
    if target.accumulate {
      kernels.axpy(count, 1, source, place)
    } else {
      place.update(from: source, count: count)
    }
  }
}
