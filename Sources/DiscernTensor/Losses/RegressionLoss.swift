import DiscernSystem

/// The loss of a difference between a value and its target.
package enum RegressionLoss: Sendable, Hashable {
  /// Its absolute value.
  case absolute
  /// Its square.
  case squared
  /// Half of its square up to a bound, linear beyond (Huber 1964).
  case huber(Float)
  /// One output for each quantile q: q times the amount by which it is below the target, or 1 − q times that
  /// by which it is above (Koenker and Bassett 1978).
  case quantiles([Float])

  /// The number of outputs for each target.
  package var outputCount: Int {
    if case .quantiles(let quantiles) = self { quantiles.count } else { 1 }
  }

  /// - Parameters:
  ///   - difference: output − target.
  ///   - place: the output's index among those of its target.
  package func value(_ difference: Double, _ place: Int) -> Double {
    switch self {
    case .absolute: return abs(difference)
    case .squared: return difference * difference
    case .huber(let bound):
      let (size, bound) = (abs(difference), Double(bound))
      return size <= bound ? difference * difference / 2 : bound * (size - bound / 2)
    case .quantiles(let quantiles):
      let quantile = Double(quantiles[place])
      return difference < 0 ? -quantile * difference : (1 - quantile) * difference
    }
  }

  /// The derivative of the loss; 0 where there is none.
  func slope(_ difference: Float, _ place: Int) -> Float {
    switch self {
    case .absolute: return difference > 0 ? 1 : difference < 0 ? -1 : 0
    case .squared: return 2 * difference
    case .huber(let bound): return min(max(difference, -bound), bound)
    case .quantiles(let quantiles):
      return difference > 0 ? 1 - quantiles[place] : difference < 0 ? -quantiles[place] : 0
    }
  }
}

extension Tape {
  /// The loss of outputs [N, K · Q], Q of each of K targets side by side, against targets [N, K]. Its mass is
  /// N · K · Q.
  ///
  /// Records the gradient at once; call `runBackward` afterwards.
  ///
  /// - Parameters:
  ///   - targets: [N, K] row-major, finite.
  ///   - weight: a factor of the gradient.
  ///   - divisor: the divisor of the gradient: the mass of all batches of the step.
  package func regression(
    of outputs: Variable, to targets: [Float], _ loss: RegressionLoss, weight: Float = 1, divisor: Double
  ) -> LossSum {
    let values = outputs.value
    let size = loss.outputCount
    precondition(
      values.count == targets.count * size, "\(values.count) outputs for \(targets.count) targets")
    var sum = 0.0
    for index in 0..<values.count {
      sum += loss.value(Double(values.pointer[index]) - Double(targets[index / size]), index % size)
    }
    recordGradient(of: outputs, scale: weight / Float(divisor)) { index in
      loss.slope(values.pointer[index] - targets[index / size], index % size)
    }
    return LossSum(sum: sum, mass: Double(values.count))
  }
}
