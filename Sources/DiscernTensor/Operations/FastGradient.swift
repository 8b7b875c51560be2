import CDiscernKernels

extension Workspace {
  /// The fast gradient method's perturbation r = ε g / ‖g‖ (Miyato et al. 2017, eq. 5), the same shape
  /// as g; `nil` where the gradient is zero or not finite, and so has no direction.
  package func fastGradientPerturbation(_ gradient: Matrix, norm: Double, _ compute: Compute) -> Matrix? {
    let kernels = compute.kernels
    let length = kernels.sum_of_squares(gradient.count, gradient.pointer).squareRoot()
    guard length > 0, length.isFinite else { return nil }
    let perturbation = zeros(gradient.rows, gradient.columns)
    kernels.axpy(gradient.count, Float(norm / length), gradient.pointer, perturbation.pointer)
    return perturbation
  }
}
