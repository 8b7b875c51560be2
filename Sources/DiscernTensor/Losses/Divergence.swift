import DiscernSystem

extension Tape {
  /// The Kullback–Leibler divergence of softmax(logits) [N, C] from a constant distribution:
  /// Σ p (log p − log q) (Miyato et al. 2018, eq. 5). Its mass is N.
  ///
  /// Records the gradient at once; call `runBackward` afterwards.
  ///
  /// - Parameters:
  ///   - target: p [N, C].
  ///   - weight: a factor of the gradient.
  ///   - divisor: the divisor of the gradient: the mass of all batches of the step.
  @discardableResult
  package func divergence(
    of logits: Variable, from target: Matrix, weight: Float = 1, divisor: Double
  ) -> LossSum {
    let (count, classes) = (logits.value.rows, logits.value.columns)
    precondition(target.rows == count && target.columns == classes, "the target's shape")
    let probabilities = workspace.matrix(count, classes)
    var total = 0.0
    for row in 0..<count {
      let (z, p) = (logits.value.row(row), target.row(row))
      let logSum = softmax(z, count: classes, into: probabilities.row(row))
      for c in 0..<classes where p[c] > 0 {
        total += Double(p[c]) * (log(Double(p[c])) - (Double(z[c]) - logSum))
      }
    }
    recordGradient(of: logits, scale: weight / Float(divisor)) {
      probabilities.pointer[$0] - target.pointer[$0]
    }
    return LossSum(sum: total, mass: Double(count))
  }

  /// The same for labels that are yes-or-no questions: the sum over rows and labels of the divergence of
  /// sigmoid(logits) [N, C] from constant probabilities. Its mass is N · C.
  ///
  /// - Parameters: as for `divergence`.
  @discardableResult
  package func binaryDivergence(
    of logits: Variable, from target: Matrix, weight: Float = 1, divisor: Double
  ) -> LossSum {
    precondition(
      target.rows == logits.value.rows && target.columns == logits.value.columns, "the target's shape")
    let probabilities = workspace.matrix(target.rows, target.columns)
    sigmoid(logits.value.pointer, count: target.count, into: probabilities.pointer)
    var total = 0.0
    for index in 0..<target.count {
      let (z, p) = (Double(logits.value.pointer[index]), Double(target.pointer[index]))
      if p > 0 { total += p * (log(p) + softplus(-z)) }
      if p < 1 { total += (1 - p) * (log(1 - p) + softplus(z)) }
    }
    recordGradient(of: logits, scale: weight / Float(divisor)) {
      probabilities.pointer[$0] - target.pointer[$0]
    }
    return LossSum(sum: total, mass: Double(target.count))
  }

  /// Records that `scale` times the slope of each number is added to the gradient of `logits`; numbers are
  /// counted row by row.
  func recordGradient(of logits: Variable, scale: Float, slope: @escaping (Int) -> Float) {
    record { [self] in
      let (gradient, accumulate) = logits.gradientToAddTo(self)
      for index in 0..<gradient.count {
        let value = scale * slope(index)
        gradient.pointer[index] = accumulate ? gradient.pointer[index] + value : value
      }
    }
  }
}
