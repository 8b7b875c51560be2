import CDiscernKernels
import DiscernIO

/// The rate of dropout, and its draws.
package struct DropoutMask: Sendable, Hashable {
  package let probability: Float
  package let stream: RandomStream

  package init(probability: Float, stream: RandomStream) {
    precondition(probability >= 0 && probability < 1, "dropout probability \(probability), expected below 1")
    self.probability = probability
    self.stream = stream
  }
}

// Inverted dropout: kept elements are divided by the probability of keeping (Srivastava et al. 2014). Without
// gradients, nothing is dropped. Masks are functions of the stream, so they are the same for any number of
// threads and for a second pass over the same batch.

extension Tape {
  /// Zeroes each element with the given probability, rounded to a multiple of 1 / 65,536.
  ///
  /// - Parameter stream: a quarter of draw i / 4 decides about element i.
  package func dropout(_ input: Variable, probability: Float, stream: RandomStream) -> Variable {
    let mask = DropoutMask(probability: probability, stream: stream)
    guard isRecording, probability > 0 else { return input }
    let output = variable(input.value.rows, input.value.columns)
    applyMask(input.value, mask, accumulate: false, into: output.value)
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self, reusing: gradient)
      applyMask(gradient, mask, accumulate: target.accumulate, into: target.matrix)
    }
    return output
  }

  /// Zeroes the same features in all tokens of a sequence: one mask [N, F] (Gal and Ghahramani 2016; the
  /// locked dropout of Merity et al. 2018).
  ///
  /// - Parameters:
  ///   - input: [S, F], packed.
  ///   - stream: feature j of sequence n is dropped like element nF + j in `dropout`.
  package func lockedDropout(
    _ input: Variable, layout: PackedLayout, probability: Float, stream: RandomStream
  ) -> Variable {
    let mask = DropoutMask(probability: probability, stream: stream)
    guard isRecording, probability > 0 else { return input }
    let features = input.value.columns
    let factors = workspace.matrix(layout.sequenceCount, features)  // 0 or 1 / (1 - p)
    factors.fill(1)
    applyMask(factors, mask, accumulate: false, into: factors)
    func multiply(_ source: Matrix, accumulate: Bool, into target: Matrix) {
      compute.forEachBlock(of: layout.stepCount, size: 8) { steps in
        for t in steps {
          let (x, y) = (source.row(layout.offsets[t]), target.row(layout.offsets[t]))
          let factors = factors.pointer
          // A step's rows are the first sequences in order, as the factors' rows are.
          if accumulate {
            for i in 0..<layout.batchSizes[t] * features { y[i] += x[i] * factors[i] }
          } else {
            for i in 0..<layout.batchSizes[t] * features { y[i] = x[i] * factors[i] }
          }
        }
      }
    }
    let output = variable(input.value.rows, features)
    multiply(input.value, accumulate: false, into: output.value)
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self, reusing: gradient)
      multiply(gradient, accumulate: target.accumulate, into: target.matrix)
    }
    return output
  }

  /// Zeroes whole rows: all occurrences of a word at once when the rows are a batch's distinct words (the
  /// embedding dropout of Gal and Ghahramani 2016).
  ///
  /// - Parameters:
  ///   - input: [U, D].
  ///   - keys: [U] the draw that decides about each row, such as the word's id.
  package func rowDropout(
    _ input: Variable, keys: [Int32], probability: Float, stream: RandomStream
  ) -> Variable {
    let mask = DropoutMask(probability: probability, stream: stream)
    guard isRecording, probability > 0 else { return input }
    precondition(keys.count == input.value.rows, "\(keys.count) keys for \(input.value.rows) rows")
    let columns = input.value.columns
    let scale = 1 / (1 - probability)
    let factors = keys.map { mask.stream.uniform(Int($0)) < probability ? 0 : scale }
    func multiply(_ source: Matrix, accumulate: Bool, into target: Matrix) {
      if !accumulate { target.fill(0) }
      for (row, factor) in factors.enumerated() where factor > 0 {
        kernels.axpy(columns, factor, source.row(row), target.row(row))
      }
    }
    let output = variable(input.value.rows, columns)
    multiply(input.value, accumulate: false, into: output.value)
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self)
      multiply(gradient, accumulate: target.accumulate, into: target.matrix)
    }
    return output
  }

  func applyMask(_ source: Matrix, _ dropout: DropoutMask, accumulate: Bool, into target: Matrix) {
    var mask = discern_dropout(
      key: dropout.stream.key, threshold: UInt32((Double(dropout.probability) * 65536).rounded()),
      scale: 1 / (1 - dropout.probability), accumulate: accumulate ? 1 : 0)
    withUnsafePointer(to: &mask) { mask in
      compute.forEachBlock(of: source.count, size: 1 << 13) { block in
        kernels.dropout(
          mask, block.lowerBound, block.count, source.pointer + block.lowerBound,
          target.pointer + block.lowerBound)
      }
    }
  }
}
