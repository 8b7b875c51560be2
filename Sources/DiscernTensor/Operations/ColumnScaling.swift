/// An offset that is subtracted from each feature, and a factor by which the result is multiplied, both [F];
/// not trained.
package struct ColumnScaling: Sendable, Hashable {
  package let means: StateTensor
  package let factors: StateTensor

  /// Adds both to a layout, with values that change nothing.
  package init(_ layout: inout ParameterLayout, prefix: String, size: Int) {
    means = layout.addState("\(prefix).mean", [size])
    factors = layout.addState("\(prefix).factor", [size], .ones, allowed: .notNegative)
  }
}

extension Weights {
  /// Sets both so that features have mean 0 and deviation 1.
  ///
  /// - Parameter rows: [N, F] the features of N examples, row-major.
  package func fit(_ scaling: ColumnScaling, to rows: [Float]) {
    let (means, factors) = (self[scaling.means].pointer, self[scaling.factors].pointer)
    let size = scaling.means.count
    let count = rows.count / size
    guard count > 0 else { return }
    for j in 0..<size {
      var (sum, squares) = (0.0, 0.0)
      for row in 0..<count { sum += Double(rows[row * size + j]) }
      let mean = sum / Double(count)
      for row in 0..<count {
        let distance = Double(rows[row * size + j]) - mean
        squares += distance * distance
      }
      means[j] = Float(mean)
      // A constant feature is not informative.
      let deviation = (squares / Double(count)).squareRoot()
      factors[j] = deviation > 1e-6 * max(1, abs(mean)) ? Float(1 / deviation) : 0
    }
  }
}

extension Tape {
  /// (x - mean) · factor, feature by feature: [N, F] to [N, F].
  package func scale(_ input: Variable, by scaling: ColumnScaling) -> Variable {
    let (rows, features) = (input.value.rows, input.value.columns)
    precondition(features == scaling.means.count, "\(features) features for \(scaling.means.count) factors")
    let output = variable(rows, features)
    let (means, factors) = (weights[scaling.means].pointer, weights[scaling.factors].pointer)
    for row in 0..<rows {
      let (source, target) = (input.value.row(row), output.value.row(row))
      for j in 0..<features { target[j] = (source[j] - means[j]) * factors[j] }
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self)
      for row in 0..<rows {
        let (source, sum) = (gradient.row(row), target.matrix.row(row))
        for j in 0..<features { sum[j] = (target.accumulate ? sum[j] : 0) + source[j] * factors[j] }
      }
    }
    return output
  }
}
