extension Tape {
  /// Inverted dropout: each element is zeroed with the given probability and the others are divided
  /// by what is kept (Srivastava et al. 2014). Nothing happens when no gradients are wanted.
  ///
  /// - Parameter stream: element i's fate is draw i, so the mask is the same for any number of
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
    let scale = 1 / (1 - probability)
    compute.forEachBlock(of: source.count, size: 1 << 14) { block in
      for index in block {
        let value = stream.uniform(index) < probability ? 0 : source.pointer[index] * scale
        target.pointer[index] = accumulate ? target.pointer[index] + value : value
      }
    }
  }
}
