import CDiscernKernels
import COpenBLAS

/// Rows a task takes of a long product: small enough to share among threads, large enough to pay.
private let rowBlock = 192

extension Compute {
  /// C [M, N] = A [M, K] B (+ bias [N]) (+ C). A row of C depends on its own row of A alone.
  func multiply(
    _ a: Matrix, _ b: PackedMatrix, bias: UnsafePointer<Float>? = nil, accumulate: Bool = false,
    into c: Matrix
  ) {
    precondition(
      a.columns == b.innerSize && c.rows == a.rows && c.columns == b.columns,
      "[\(a.rows), \(a.columns)] x [\(b.innerSize), \(b.columns)] into [\(c.rows), \(c.columns)]")
    let kernels = kernels
    forEachBlock(of: a.rows, size: rowBlock) { rows in
      kernels.gemm(
        rows.count, b.columns, b.innerSize, a.row(rows.lowerBound), a.columns, b.buffer.pointer, bias,
        accumulate ? 1 : 0, c.row(rows.lowerBound), c.columns)
    }
  }
}

/// One tile of a weight's gradient: C [M, N] += A [K, M]ᵀ B [K, N], for long K, by OpenBLAS on the
/// calling thread. Called with the same tiles for any number of threads.
package func accumulateOuterProduct(
  m: Int, n: Int, k: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>, bStride: Int,
  into c: UnsafeMutablePointer<Float>, cStride: Int
) {
  guard m > 0, n > 0, k > 0 else { return }
  cblas_sgemm(
    CblasRowMajor, CblasTrans, CblasNoTrans, blasint(m), blasint(n), blasint(k), 1, a, blasint(aStride), b,
    blasint(bStride), 1, c, blasint(cStride))
}
