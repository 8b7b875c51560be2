/// Batch normalisation as applied without gradients, y = (x - mean) · factor + bias: [R, F] each, with a row
/// for each step that has statistics. Later steps use the last row.
package struct FixedNorm: Sendable {
  package let means: [Float]
  package let factors: [Float]
  /// [F]; nil if there is none.
  package let biases: [Float]?
  /// F
  package let columns: Int

  package var rows: Int { means.count / columns }

  fileprivate init(_ statistics: RunningStatistics, weight: Matrix, bias: Matrix?) {
    let columns = weight.count
    let rows = max(1, statistics.seen)
    var means = [Float](repeating: 0, count: rows * columns)
    var factors = means
    means.withUnsafeMutableBufferPointer { means in
      factors.withUnsafeMutableBufferPointer { factors in
        guard let mean = means.baseAddress, let factor = factors.baseAddress else { return }
        for row in 0..<rows {
          let start = row * columns
          statistics.takeRunning(
            row, seen: statistics.seen, columns: 0..<columns, into: (mean + start, factor + start))
          for j in 0..<columns { factor[start + j] *= weight.pointer[j] }
        }
      }
    }
    self.means = means
    self.factors = factors
    biases = bias?.array
    self.columns = columns
  }
}

extension Weights {
  package func fixedNorm(_ parameters: BatchNormParameters) -> FixedNorm {
    let statistics = RunningStatistics(
      self, mean: parameters.runningMean, variance: parameters.runningVariance,
      stepsSeen: parameters.stepsSeen)
    return FixedNorm(statistics, weight: self[parameters.weight], bias: self[parameters.bias])
  }

  package func fixedNorm(_ parameters: StepNormParameters) -> FixedNorm {
    let statistics = RunningStatistics(
      self, mean: parameters.runningMean, variance: parameters.runningVariance,
      stepsSeen: parameters.stepsSeen)
    return FixedNorm(statistics, weight: self[parameters.weight], bias: parameters.bias.map { self[$0] })
  }
}
