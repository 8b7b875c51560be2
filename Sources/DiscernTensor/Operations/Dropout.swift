import CDiscernKernels

extension Tape {
  /// Inverted dropout: each element is zeroed with the given probability and the others are divided
  /// by what is kept (Srivastava et al. 2014). Nothing happens when no gradients are wanted.
  ///
  /// The probability is rounded to a multiple of 1 / 65,536.
  ///
  /// - Parameter stream: element i's fate is a quarter of draw i / 4, so the mask is the same for any number of
  ///   threads and for a second pass over the same batch.
  package func dropout(_ input: Variable, probability: Float, stream: RandomStream) -> Variable {
    guard isRecording, probability > 0 else { return input }
    precondition(probability < 1, "dropout probability \(probability), expected below 1")
    let output = variable(input.value.rows, input.value.columns)
    applyMask(input.value, probability, stream, accumulate: false, into: output.value)
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self)
      applyMask(gradient, probability, stream, accumulate: target.accumulate, into: target.matrix)
    }
    return output
  }

  private func applyMask(
    _ source: Matrix, _ probability: Float, _ stream: RandomStream, accumulate: Bool, into target: Matrix
  ) {
    var mask = discern_dropout(
      key: stream.key, threshold: UInt32((Double(probability) * 65536).rounded()),
      scale: 1 / (1 - probability), accumulate: accumulate ? 1 : 0)
    withUnsafePointer(to: &mask) { mask in
      compute.forEachBlock(of: source.count, size: 1 << 13) { block in
        kernels.dropout(
          mask, block.lowerBound, block.count, source.pointer + block.lowerBound,
          target.pointer + block.lowerBound)
      }
    }
  }
}
