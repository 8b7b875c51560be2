import CDiscernKernels

extension Tape {
  /// x Φ(x), element by element, where Φ is the standard normal distribution function (Hendrycks and Gimpel
  /// 2016; exact, like PyTorch's `gelu`): [M, F] to [M, F].
  package func gelu(_ input: Variable) -> Variable {
    let output = variable(input.value.rows, input.value.columns)
    compute.forEachBlock(of: output.value.count, size: 1 << 14) { block in
      let start = block.lowerBound
      kernels.gelu(block.count, input.value.pointer + start, output.value.pointer + start)
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self, reusing: gradient)
      compute.forEachBlock(of: gradient.count, size: 1 << 14) { block in
        let start = block.lowerBound
        kernels.gelu_backward(
          block.count, input.value.pointer + start, gradient.pointer + start, target.accumulate ? 1 : 0,
          target.matrix.pointer + start)
      }
    }
    return output
  }

  /// The hyperbolic tangent, element by element: [M, F] to [M, F].
  package func tanh(_ input: Variable) -> Variable {
    let output = variable(input.value.rows, input.value.columns)
    compute.forEachBlock(of: output.value.count, size: 1 << 14) { block in
      let target = output.value.pointer + block.lowerBound
      target.update(from: input.value.pointer + block.lowerBound, count: block.count)
      kernels.tanh_rows(block.count, target)
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self, reusing: gradient)
      compute.forEachBlock(of: gradient.count, size: 1 << 14) { block in
        let start = block.lowerBound
        // Written over dy, or over y, which is not read any more.
        let own = (target.accumulate ? output.value : target.matrix).pointer + start
        kernels.tanh_backward(block.count, 1, gradient.pointer + start, output.value.pointer + start, own)
        if target.accumulate { kernels.axpy(block.count, 1, own, target.matrix.pointer + start) }
      }
    }
    return output
  }
}
