import DiscernSystem

// Notation: N pairs, D features; a, b [N, D] the pairs' halves, rows of length 1; τ the temperature.

/// The learned factor of cosines in a contrastive loss: 1 / τ, stored as its logarithm [1] (Radford et al.
/// 2021).
package struct LearnedScale: Sendable, Hashable {
  /// log(1 / τ)
  package let logarithm: Parameter
  /// Above it the loss would distinguish only rounding errors.
  package static let largest: Float = 100

  /// - Parameter temperature: the initial τ.
  package init(_ layout: inout ParameterLayout, name: String, temperature: Float) {
    logarithm = layout.add(name, [1], .constant(log(1 / temperature)))
  }
}

extension Weights {
  /// 1 / τ
  package func scale(_ scale: LearnedScale) -> Float {
    exp(min(self[scale.logarithm].pointer[0], log(LearnedScale.largest)))
  }
}

extension Tape {
  /// InfoNCE of pairs, in both directions: each half is to be distinguished from the other halves of its
  /// batch (van den Oord et al. 2018; symmetric as in Radford et al. 2021). With z = a bᵀ / τ [N, N]:
  /// ½ Σ_i (log Σ_j exp z_ij - z_ii) + ½ Σ_j (log Σ_i exp z_ij - z_jj). Its mass is N. The loss inherently
  /// depends on which pairs are in a batch.
  ///
  /// Records the gradient at once; call `runBackward` afterwards.
  ///
  /// - Parameters:
  ///   - leftOut: [N · N], row by row, which halves are not negatives of each other, since they also belong
  ///     together; empty: all others are. The diagonal is ignored.
  ///   - weight: a factor of the gradient.
  ///   - divisor: the divisor of the gradient: the mass of all batches of the step.
  package func contrastiveLoss(
    _ a: Variable, _ b: Variable, scale: LearnedScale, leftOut: [Bool] = [], weight: Float = 1,
    divisor: Double
  ) -> LossSum {
    let (count, size) = (a.value.rows, a.value.columns)
    precondition(b.value.rows == count && b.value.columns == size, "halves of other shapes")
    precondition(
      leftOut.isEmpty || leftOut.count == count * count, "\(leftOut.count) marks for \(count) pairs")
    let factor = weights.scale(scale)
    let cosines = workspace.matrix(count, count)
    compute.multiply(a.value, PackedMatrix(b.value, .transposed, kernels), into: cosines)
    let terms = ContrastiveTerms(cosines, factor: factor, leftOut: leftOut, workspace: workspace, compute)
    record { [self] in
      let slopes = terms.slopes  // dz [N, N], scaled below
      let step = weight / Float(divisor)
      addScaleGradient(scale, terms.alongLogarithm * step)
      for index in 0..<slopes.count { slopes.pointer[index] *= factor * step }
      let toA = a.gradientToAddTo(self)
      compute.multiply(
        slopes, PackedMatrix(b.value, .plain, kernels), accumulate: toA.accumulate, into: toA.matrix)
      let toB = b.gradientToAddTo(self)
      if !toB.accumulate { toB.matrix.fill(0) }
      accumulate([
        WeightGradient(
          slopes, m: count, a.value.pointer, bStride: size, n: size, into: toB.matrix.pointer)
      ])
    }
    return LossSum(sum: terms.loss, mass: Double(count))
  }

  /// At its bound, the scale accepts only gradients that lead back.
  private func addScaleGradient(_ scale: LearnedScale, _ gradient: Float) {
    guard let gradients else { return }
    let isBound = weights[scale.logarithm].pointer[0] >= log(LearnedScale.largest)
    if isBound && gradient < 0 { return }
    gradients[scale.logarithm].pointer[0] += gradient
  }
}

/// The values that both directions of the loss compute from cosines.
private struct ContrastiveTerms {
  /// 1 / τ times the cosines [N, N].
  private let logits: Matrix
  /// [N, N] the derivative of the loss's sum with respect to each logit.
  let slopes: Matrix
  let loss: Double

  init(
    _ cosines: Matrix, factor: Float, leftOut: [Bool], workspace: Workspace, _ compute: Compute
  ) {
    let count = cosines.rows
    logits = cosines
    for index in 0..<logits.count { logits.pointer[index] *= factor }
    slopes = workspace.matrix(count, count)
    let other = workspace.matrix(count, count)
    let losses = workspace.matrix(2, count)
    let (z, rows, columns) = (logits, slopes, other)
    compute.forEachBlock(of: count, size: 16) { block in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * count) { scratch in
        guard let scores = scratch.baseAddress else { return }
        let shares = scores + count
        for i in block {
          losses.row(0)[i] = Self.shares(
            i, z.row(i), 1, count, scores, shares, into: rows.row(i)
          ) { leftOut.isEmpty || !leftOut[i * count + $0] }
          losses.row(1)[i] = Self.shares(
            i, z.pointer + i, count, count, scores, shares, into: columns.row(i)
          ) { leftOut.isEmpty || !leftOut[$0 * count + i] }
        }
      }
    }
    var sum = 0.0
    for index in 0..<losses.count { sum += Double(losses.pointer[index]) }
    loss = sum / 2
    for i in 0..<count {
      for j in 0..<count { rows.row(i)[j] = (rows.row(i)[j] + columns.row(j)[i]) / 2 }
    }
  }

  /// The loss of one half among the others, and its slopes.
  ///
  /// - Parameters:
  ///   - z: its logits, `stride` apart.
  ///   - scores, shares: scratch memory [count] each.
  ///   - counts: whether another half is a negative.
  private static func shares(
    _ own: Int, _ z: UnsafePointer<Float>, _ stride: Int, _ count: Int,
    _ scores: UnsafeMutablePointer<Float>, _ shares: UnsafeMutablePointer<Float>,
    into slopes: UnsafeMutablePointer<Float>, counts: (Int) -> Bool
  ) -> Float {
    var kept = 0
    for j in 0..<count where j == own || counts(j) {
      scores[kept] = z[j * stride]
      kept += 1
    }
    let logSum = softmax(scores, count: kept, into: shares)
    kept = 0
    for j in 0..<count {
      if j == own || counts(j) {
        slopes[j] = shares[kept] - (j == own ? 1 : 0)
        kept += 1
      } else {
        slopes[j] = 0
      }
    }
    return Float(logSum - Double(z[own * stride]))
  }

  /// The derivative of the loss's sum with respect to log(1 / τ): Σ dz · z.
  var alongLogarithm: Float {
    var sum = 0.0
    for index in 0..<slopes.count { sum += Double(slopes.pointer[index]) * Double(logits.pointer[index]) }
    return Float(sum)
  }
}
