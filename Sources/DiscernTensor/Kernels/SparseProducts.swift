import CDiscernKernels

/// Products of a sparse row, given as indices and values, with dense rows of lanes.
package struct SparseProducts: Sendable {
  private let family: KernelFamily

  package init(_ compute: Compute) { family = compute.family }

  private var kernels: UnsafePointer<discern_kernel_family> { family.table }

  /// sums[lane] = Σ values[i] matrix[rows[i], lane], in the order given.
  package func sum(
    count: Int, rows: UnsafePointer<Int32>, values: UnsafePointer<Float>, lanes: Int,
    matrix: UnsafePointer<Float>, stride: Int, into sums: UnsafeMutablePointer<Float>
  ) { kernels.pointee.weighted_sum(count, rows, values, lanes, matrix, stride, sums) }

  /// The same for a matrix with 8 bits per number.
  package func sum(
    count: Int, rows: UnsafePointer<Int32>, values: UnsafePointer<Float>, lanes: Int,
    matrix: UnsafePointer<Int8>, stride: Int, into sums: UnsafeMutablePointer<Float>
  ) { kernels.pointee.weighted_sum_int8(count, rows, values, lanes, matrix, stride, sums) }

  /// matrix[rows[i], lane] += values[i] change[lane], times scales[rows[i], lane] if there are any; the rows
  /// are distinct.
  package func add(
    count: Int, rows: UnsafePointer<Int32>, values: UnsafePointer<Float>, lanes: Int,
    change: UnsafePointer<Float>, scales: UnsafePointer<Float>?, to matrix: UnsafeMutablePointer<Float>,
    stride: Int
  ) { kernels.pointee.scatter_sum(count, rows, values, lanes, change, scales, matrix, stride) }

  /// y = exp(x - shift), and its sum; x and y may be the same.
  package func exponentials(
    _ count: Int, _ x: UnsafePointer<Float>, shift: Float, into y: UnsafeMutablePointer<Float>
  ) -> Double { kernels.pointee.exp_sum(count, x, shift, y) }
}
