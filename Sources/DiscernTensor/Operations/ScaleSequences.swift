import CDiscernKernels

extension Tape {
  /// The rows of each sequence times its own factor: [S, F] to [S, F].
  ///
  /// - Parameter factors: [N]
  package func scaleSequences(_ input: Variable, by factors: [Float], layout: PackedLayout) -> Variable {
    let features = input.value.columns
    precondition(
      factors.count == layout.sequenceCount && input.value.rows == layout.tokenCount,
      "\(factors.count) factors for \(layout.sequenceCount) sequences")
    let output = variable(input.value.rows, features)
    output.value.fill(0)
    forEachStep(layout) { row, n in
      kernels.axpy(features, factors[n], input.value.row(row), output.value.row(row))
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self)
      if !target.accumulate { target.matrix.fill(0) }
      forEachStep(layout) { row, n in
        kernels.axpy(features, factors[n], gradient.row(row), target.matrix.row(row))
      }
    }
    return output
  }

  private func forEachStep(_ layout: PackedLayout, _ body: (_ row: Int, _ sequence: Int) -> Void) {
    compute.forEachBlock(of: layout.stepCount, size: 4) { steps in
      for t in steps {
        for n in 0..<layout.batchSizes[t] { body(layout.offsets[t] + n, n) }
      }
    }
  }
}
