import CDiscernKernels
import DiscernIO

// Notation: N sequences, S tokens, D features.

extension Workspace {
  /// The fast gradient method's perturbation r = ε g / ‖g‖ (Miyato et al. 2017, eq. 5), of the same shape as
  /// g; `nil` if the gradient is zero or not finite, and so has no direction.
  package func fastGradientPerturbation(_ gradient: Matrix, norm: Double, _ compute: Compute) -> Matrix? {
    let kernels = compute.kernels
    let length = kernels.sum_of_squares(gradient.count, gradient.pointer).squareRoot()
    guard length > 0, length.isFinite else { return nil }
    let perturbation = zeros(gradient.rows, gradient.columns)
    kernels.axpy(gradient.count, Float(norm / length), gradient.pointer, perturbation.pointer)
    return perturbation
  }

  /// The same for each sequence separately: r of a sequence's tokens has the norm ε; zeros where the
  /// gradient has no direction.
  ///
  /// - Parameter gradient: [S, D], packed.
  package func fastGradientPerturbation(
    _ gradient: Matrix, ofEachSequenceIn layout: PackedLayout, norm: Double, _ compute: Compute
  ) -> Matrix {
    precondition(gradient.rows == layout.tokenCount, "\(gradient.rows) rows, \(layout.tokenCount) tokens")
    let kernels = compute.kernels
    let perturbation = zeros(gradient.rows, gradient.columns)
    compute.forEachBlock(of: layout.sequenceCount, size: 4) { sequences in
      for n in sequences {
        let rows = (0..<layout.lengths[n]).map { layout.offsets[$0] + n }
        let squares = rows.reduce(0) { $0 + kernels.sum_of_squares(gradient.columns, gradient.row($1)) }
        let length = squares.squareRoot()
        guard length > 0, length.isFinite else { continue }
        for row in rows {
          kernels.axpy(gradient.columns, Float(norm / length), gradient.row(row), perturbation.row(row))
        }
      }
    }
    return perturbation
  }

  /// A random direction for each sequence, of the given norm: [S, D], packed.
  package func randomPerturbation(
    columns: Int, ofEachSequenceIn layout: PackedLayout, norm: Double, stream: RandomStream,
    _ compute: Compute
  ) -> Matrix {
    let direction = matrix(layout.tokenCount, columns)
    compute.forEachBlock(of: direction.count, size: 1 << 13) { block in
      for index in block { direction.pointer[index] = 2 * stream.uniform(index) - 1 }
    }
    return fastGradientPerturbation(direction, ofEachSequenceIn: layout, norm: norm, compute)
  }
}
