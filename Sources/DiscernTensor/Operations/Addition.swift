import CDiscernKernels

extension Tape {
  /// a + b, element by element, of the same shape: a residual connection (He et al. 2016).
  package func add(_ a: Variable, _ b: Variable) -> Variable {
    let (rows, columns) = (a.value.rows, a.value.columns)
    precondition(
      b.value.rows == rows && b.value.columns == columns,
      "[\(rows), \(columns)] + [\(b.value.rows), \(b.value.columns)]")
    let output = variable(rows, columns)
    compute.forEachBlock(of: output.value.count, size: 1 << 14) { block in
      let start = block.lowerBound
      (output.value.pointer + start).update(from: a.value.pointer + start, count: block.count)
      kernels.axpy(block.count, 1, b.value.pointer + start, output.value.pointer + start)
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      for (input, memory) in [(a, nil), (b, gradient)] {
        let target = input.gradientToAddTo(self, reusing: memory)
        if target.matrix.pointer == gradient.pointer { continue }
        compute.forEachBlock(of: gradient.count, size: 1 << 14) { block in
          let (source, sum) = (gradient.pointer + block.lowerBound, target.matrix.pointer + block.lowerBound)
          if target.accumulate {
            kernels.axpy(block.count, 1, source, sum)
          } else {
            sum.update(from: source, count: block.count)
          }
        }
      }
    }
    return output
  }
}
