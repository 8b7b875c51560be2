/// The solution of a problem.
package struct WideSolution: Sendable {
  /// An upper bound on the excess of the loss over its minimum, as a share of the loss.
  package var gap = Double.infinity
  /// The number of passes over the texts.
  package var passes = 0
  /// [held-out texts, lanes] their scores.
  package var heldOut: [Float] = []
  /// [features, lanes] w, times the log-count ratios, the bias last; empty if texts were held out.
  package var weights: [Float] = []
}

extension WideBundle {
  /// The numbers of passes after which the gap is measured, which costs half a pass.
  private static let measurements = [
    4, 6, 8, 10, 13, 16, 20, 25, 31, 38, 46, 56, 68, 83, 100, 125, 150, 200,
  ]

  /// Solves all problems until each gap is small enough, or after the last measurement.
  ///
  /// - Parameter isInterrupted: called from time to time; if true, solving ends with the last measured
  ///   solutions.
  package func solve(tolerance: Double, isInterrupted: () -> Bool) -> [WideSolution] {
    var solutions = problems.map { _ in WideSolution() }
    var passes = 0
    for measurement in Self.measurements {
      while passes < measurement {
        pass(passes, isInterrupted: isInterrupted)
        passes += 1
        if isInterrupted() { return solutions }
      }
      measure(&solutions)
      for index in solutions.indices { solutions[index].passes = passes }
      if solutions.allSatisfy({ $0.gap <= tolerance }) { break }
    }
    for (index, lanes) in lanes.enumerated() where problems[index].fold < 0 {
      solutions[index].weights = column(lanes)
    }
    return solutions
  }

  private func column(_ lanes: Range<Int>) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(rows.featureCount * lanes.count)
    for feature in 0..<rows.featureCount {
      for lane in lanes { result.append(weights.pointer[feature * laneCount + lane]) }
    }
    return result
  }

  /// Measures all gaps, and the scores of the held-out texts.
  private func measure(_ solutions: inout [WideSolution]) {
    var sums = problems.map { _ in (gap: 0.0, loss: 0.0, square: 0.0) }
    for index in solutions.indices { solutions[index].heldOut.removeAll(keepingCapacity: true) }
    for row in 0..<rows.count where targets.folds[row] != -2 {
      kernels.sum(row, of: weights, into: step.scores)
      for (index, lanes) in lanes.enumerated() {
        let scores = UnsafeMutableBufferPointer(
          start: step.scores + lanes.lowerBound, count: lanes.count)
        if targets.folds[row] == problems[index].fold {
          solutions[index].heldOut.append(contentsOf: scores)
          continue
        }
        let y = step.targets + lanes.lowerBound
        setTargets(problems[index], row, y)
        let factor = Double(factor(problems[index], row, y))
        if factor == 0 { continue }
        let alpha = probabilities.pointer + row * laneCount + lanes.lowerBound
        let terms = terms(problems[index], scores, alpha, y)
        sums[index].gap += factor * max(0, terms.gap)
        sums[index].loss += factor * terms.loss
        sums[index].square += factor * terms.square
      }
    }
    for (index, sum) in sums.enumerated() {
      let total = sum.square / 2 + sum.loss
      solutions[index].gap = total > 0 ? sum.gap / total : 0
    }
  }

  /// A text's contributions to the gap, the loss and ‖w‖².
  private func terms(
    _ problem: WideProblem, _ scores: UnsafeMutableBufferPointer<Float>,
    _ alpha: UnsafePointer<Float>, _ y: UnsafePointer<Float>
  ) -> (gap: Double, loss: Double, square: Double) {
    if case .label = problem.kind {
      let (z, a, target) = (Double(scores[0]), Double(alpha[0]), Double(y[0]))
      let softplus = WideMath.softplus(z)
      let entropy = WideMath.entropyTerm(a) + WideMath.entropyTerm(1 - a)
      return (entropy - a * z + softplus, softplus - target * z, (target - a) * z)
    }
    let logOfSum = WideMath.logOfSum(scores)
    var result = (gap: logOfSum, loss: logOfSum, square: 0.0)
    for (lane, score) in scores.enumerated() {
      let (z, a, target) = (Double(score), Double(alpha[lane]), Double(y[lane]))
      result.gap += WideMath.entropyTerm(a) - a * z
      result.loss -= target * z
      result.square += (target - a) * z
    }
    return result
  }
}
