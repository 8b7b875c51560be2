import CDiscernKernels

// Gradients of the weights, once dZ is known for all of the run's steps.

extension RecurrentPass {
  /// The columns of the input side's dZ among the saved values: in a GRU, r and z as on the recurrent side
  /// and n separate; other cells have one dZ for both sides.
  private var inputColumns: [(source: Int, target: Int, count: Int)] {
    parameters.cell == .gru
      ? [(0, 0, 2 * hidden), (3 * hidden, 2 * hidden, hidden)] : [(0, 0, gateSize)]
  }

  /// dZ of the input side of some of the run's tokens  // [chunk, GH]
  ///
  /// - Parameters:
  ///   - gradient: their dz.
  ///   - memory: for the result in a GRU, whose dZ is not contiguous.
  func inputGradient(_ gradient: Matrix, into memory: Matrix) -> Matrix {
    guard parameters.cell == .gru else { return gradient }
    for row in 0..<gradient.rows {
      for (source, target, count) in inputColumns {
        (memory.row(row) + target).update(from: gradient.row(row) + source, count: count)
      }
    }
    return Matrix(memory.pointer, rows: gradient.rows, columns: gateSize)
  }

  /// dZ of some of the batch's distinct words: the sum over each word's tokens in the run.
  ///
  /// - Parameter rows: the distinct words of the run's tokens, which are counted from its first.
  func gather(_ block: Range<Int>, of rows: TokenRows, accumulate: Bool, into projected: Matrix) {
    guard let saved else { return }
    let scratch = UnsafeMutablePointer<Float>.allocate(capacity: 2 * gateSize)
    defer { scratch.deallocate() }
    rows.tokens.withUnsafeBufferPointer { tokens in
      for row in block {
        let range = rows.tokenOffsets[row]..<rows.tokenOffsets[row + 1]
        if accumulate && range.isEmpty { continue }
        let sums = accumulate ? scratch + gateSize : projected.row(row)
        for (source, target, count) in inputColumns {
          saved.sum(
            kernels, of: UnsafeBufferPointer(rebasing: tokens[range]), column: source, count: count, scratch,
            into: sums + target)
        }
        if accumulate { kernels.axpy(gateSize, 1, sums, projected.row(row)) }
      }
    }
  }

  /// dW_hh = dZᵀ H' with h' of the previous token.
  ///
  /// - Parameters:
  ///   - gradient: dz of a chunk of the run's tokens.
  ///   - first: the index of the first of them.
  func recurrentWeightGradient(
    _ gradient: Matrix, from first: Int, into target: UnsafeMutablePointer<Float>,
    biasSums: UnsafeMutablePointer<Float>?, rowsBefore: UnsafePointer<Int32>?
  ) -> WeightGradient {
    WeightGradient(
      gradient, m: gateSize, half(output, 0), bStride: output.columns, n: hidden,
      bRows: rowsBefore.map { $0 + firstRow + first }, into: target, sums: biasSums)
  }

  /// The part of the first step, whose rows have no predecessors in the run; nil if they begin from zeros. It
  /// adds to the same memory as the other part, so it must run after it.
  func initialWeightGradient(
    _ gradient: Matrix, from first: Int, into target: UnsafeMutablePointer<Float>
  ) -> WeightGradient? {
    let rows = min(gradient.rows, layout.batchSizes[0] - first)
    guard let initialHidden, steps.lowerBound == 0, rows > 0 else { return nil }
    return WeightGradient(
      Matrix(gradient.pointer, rows: rows, columns: gradient.columns), m: gateSize,
      initialHidden.row(first), bStride: initialHidden.columns, n: hidden, into: target)
  }
}
