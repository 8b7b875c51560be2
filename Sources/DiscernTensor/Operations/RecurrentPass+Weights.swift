import CDiscernKernels

// Gradients of the weights, once dZ is known for all of the run's steps.

extension RecurrentPass {
  /// The place of a GRU's dZ of the input side among what was saved: r and z as on the recurrent side, n
  /// apart; the others have one dZ for both.
  private var inputColumns: [(source: Int, target: Int, count: Int)] {
    parameters.cell == .gru
      ? [(0, 0, 2 * hidden), (3 * hidden, 2 * hidden, hidden)] : [(0, 0, gateSize)]
  }

  /// dZ of the input side for each of the run's tokens  // [run, GH]
  func inputGradient() -> Matrix? {
    guard let saved, parameters.cell == .gru else { return saved }
    // Nobody needs the tokens' projections any more.
    for row in 0..<rowCount {
      for (source, target, count) in inputColumns {
        (projection.row(row) + target).update(from: saved.row(row) + source, count: count)
      }
    }
    return Matrix(projection.pointer, rows: rowCount, columns: gateSize)
  }

  /// dZ of some of the batch's distinct words: the sum over each one's tokens in the run.
  ///
  /// - Parameter rows: of the run's tokens, counted from its first.
  func gather(_ block: Range<Int>, of rows: TokenRows, accumulate: Bool, into projected: Matrix) {
    guard let saved else { return }
    let scratch = UnsafeMutablePointer<Float>.allocate(capacity: accumulate ? gateSize : 0)
    defer { scratch.deallocate() }
    rows.tokens.withUnsafeBufferPointer { tokens in
      for row in block {
        let range = rows.tokenOffsets[row]..<rows.tokenOffsets[row + 1]
        if accumulate && range.isEmpty { continue }
        let sums = accumulate ? scratch : projected.row(row)
        for (source, target, count) in inputColumns {
          kernels.gather_sum(
            range.count, tokens.baseAddress.map { $0 + range.lowerBound }, count, saved.pointer + source,
            saved.columns, sums + target)
        }
        if accumulate { kernels.axpy(gateSize, 1, sums, projected.row(row)) }
      }
    }
  }

  /// dW_hh = dZᵀ H' with h' of the token before.
  func recurrentWeightGradient(
    into target: UnsafeMutablePointer<Float>, biasSums: UnsafeMutablePointer<Float>?,
    rowsBefore: UnsafePointer<Int32>?
  ) -> [WeightGradient] {
    guard let saved else { return [] }
    return [
      WeightGradient(
        saved, m: gateSize, half(output, 0), bStride: output.columns, n: hidden,
        bRows: rowsBefore.map { $0 + firstRow }, into: target, sums: biasSums)
    ]
  }

  /// The part of the first step, whose rows have none before them in the run; empty where they begin from
  /// zeros. It adds to the same memory as the other part, and so must follow it.
  func initialWeightGradient(into target: UnsafeMutablePointer<Float>) -> [WeightGradient] {
    guard let saved, let initialHidden, steps.lowerBound == 0 else { return [] }
    return [
      WeightGradient(
        Matrix(saved.pointer, rows: layout.batchSizes[0], columns: saved.columns), m: gateSize,
        initialHidden.pointer, bStride: initialHidden.columns, n: hidden, into: target)
    ]
  }
}
