import CDiscernKernels
import DiscernTensor

/// OpenBLAS with the shapes of Discern's products, each a single call on one thread; nil if it is not
/// installed.
extension KernelProbe {
  var openBLAS: Compute? { KernelFamily.openBLAS.map { Compute(family: $0, threadCount: 1) } }

  func openBLASProduct(rows: Int, inner: Int, columns: Int) -> Double? {
    call(m: rows, n: columns, k: inner, isTransposed: false)
  }

  func openBLASOuter(m: Int, n: Int, k: Int) -> Double? { call(m: m, n: n, k: k, isTransposed: true) }

  /// C [m, n] = A B, A being [m, k] or, transposed, [k, m].
  private func call(m: Int, n: Int, k: Int, isTransposed: Bool) -> Double? {
    guard let sgemm = openblas_load() else { return nil }
    let (a, b, c) = (buffers(m * k)[0], buffers(k * n)[0], buffers(m * n)[0])
    let transposition = CInt(isTransposed ? OPENBLAS_TRANSPOSED : OPENBLAS_PLAIN)
    return rate(2 * Double(m * n * k)) { _ in
      sgemm(
        CInt(OPENBLAS_ROW_MAJOR), transposition, CInt(OPENBLAS_PLAIN), CInt(m), CInt(n), CInt(k), 1,
        a.pointer,
        CInt(isTransposed ? m : k), b.pointer, CInt(n), 0, c.pointer, CInt(n))
    }
  }
}
