import CDiscernKernels

/// The maximum number of rows per task: small enough to share a long matrix among threads, large enough to
/// pay.
let rowBlock = 192

extension Compute {
  /// Divides the rows of several independent products into tasks. Their number is a multiple of the number of
  /// threads, so that none waits for a last task.
  func forEachRows(of count: Int, times: Int, _ task: (Int, Range<Int>) -> Void) {
    let blocks = (count + rowBlock - 1) / rowBlock
    let balanced = max(1, (blocks + threadCount - 1) / threadCount * threadCount)
    let tile = 6  // a multiple of every family's tile
    let size = ((count + balanced - 1) / balanced + tile - 1) / tile * tile
    forEachBlock(of: count, size: max(size, 64), times: times, task)
  }

  /// C [M, N] = A [M, K] B (+ bias [N]) (+ C). A row of C depends on its own row of A alone.
  func multiply(
    _ a: Matrix, _ b: PackedMatrix, bias: UnsafePointer<Float>? = nil, accumulate: Bool = false,
    into c: Matrix
  ) {
    forEachRows(of: a.rows, times: 1) { _, rows in
      multiply(rows, a, b, bias: bias, accumulate: accumulate, into: c)
    }
  }

  /// Some rows of that product, on the calling thread.
  func multiply(
    _ rows: Range<Int>, _ a: Matrix, _ b: PackedMatrix, bias: UnsafePointer<Float>? = nil,
    accumulate: Bool = false, into c: Matrix
  ) {
    precondition(
      a.columns == b.innerSize && c.rows == a.rows && c.columns == b.columns,
      "[\(a.rows), \(a.columns)] x [\(b.innerSize), \(b.columns)] into [\(c.rows), \(c.columns)]")
    b.multiply(
      kernels, rows: rows.count, a.row(rows.lowerBound), stride: a.columns, bias: bias,
      accumulate: accumulate,
      into: c.row(rows.lowerBound), stride: c.columns)
  }
}

/// The computation of a weight's gradient: C [M, N] += A [K, M]ᵀ B [K, N], for large K.
package struct WeightGradient {
  let product: discern_outer

  /// - Parameters:
  ///   - a: [K, M], the first `m` columns from `column` on.
  ///   - bRows: [K] which row of `b` goes with each row of `a`, -1: none. Must outlive the product.
  ///   - sums: [M], to which the sums over A's rows are added.
  package init(
    _ a: Matrix, column: Int = 0, m: Int, _ b: UnsafePointer<Float>, bStride: Int, n: Int,
    bRows: UnsafePointer<Int32>? = nil, into c: UnsafeMutablePointer<Float>,
    sums: UnsafeMutablePointer<Float>? = nil
  ) {
    product = discern_outer(
      m: m, n: n, k: a.rows, a: a.pointer + column, a_stride: a.columns, b: b, b_stride: bStride,
      b_rows: bRows, c: c, c_stride: n, sums: sums)
  }

  /// The number of rows of C per task: a multiple of every family's tile. Fixed by the shape alone.
  fileprivate var blockSize: Int { product.m >= 264 ? 132 : 66 }
  fileprivate var blockCount: Int { (product.m + blockSize - 1) / blockSize }

  fileprivate func block(_ index: Int) -> discern_outer {
    let start = index * blockSize
    var result = product
    result.m = min(blockSize, product.m - start)
    result.a += start
    result.c += start * product.c_stride
    result.sums = product.sums.map { $0 + start }
    return result
  }
}

extension Compute {
  /// Computes several weights' gradients as one set of tasks.
  package func accumulate(_ gradients: [WeightGradient]) {
    let kernels = kernels
    let tasks = gradients.flatMap { gradient in (0..<gradient.blockCount).map(gradient.block) }
    forEach(tasks.count) { index in
      withUnsafePointer(to: tasks[index]) { kernels.outer($0) }
    }
  }
}
