import CDiscernKernels

extension Tape {
  /// Scales rows to length 1: [N, F] to [N, F]. Rows of zeros stay zeros.
  package func unitLength(_ input: Variable) -> Variable {
    let (rows, features) = (input.value.rows, input.value.columns)
    let output = variable(rows, features)
    let factors = (0..<rows).map { row in
      let own = input.value.row(row)
      return 1 / max(1e-12, kernels.dot(features, own, own).squareRoot())
    }
    for (row, factor) in factors.enumerated() {
      let (source, target) = (input.value.row(row), output.value.row(row))
      for j in 0..<features { target[j] = source[j] * factor }
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self)
      if !target.accumulate { target.matrix.fill(0) }
      for (row, factor) in factors.enumerated() {
        // The part that would lengthen the row has no effect.
        let along = kernels.dot(features, gradient.row(row), output.value.row(row))
        kernels.axpy(features, factor, gradient.row(row), target.matrix.row(row))
        kernels.axpy(features, -factor * along, output.value.row(row), target.matrix.row(row))
      }
    }
    return output
  }
}
