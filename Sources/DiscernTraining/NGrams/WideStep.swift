import DiscernSystem
import DiscernTensor

/// Finds the best probabilities α of one text, with those of all others fixed.
///
/// With z the text's scores, q = c‖x‖² and s = z + q α they satisfy α = softmax(s - q α), or the same with
/// the sigmoid. They are found by Newton's method on v = ln α + t, or v = logit α, starting from v = z.
final class WideStep {
  /// [lanes] each, to be set before a run: w x, ‖x‖², c, y.
  let scores, squares, factors, targets: UnsafeMutablePointer<Float>
  /// [lanes] c (α before - α after).
  let change: UnsafeMutablePointer<Float>
  private let goal, value, low, high, share: UnsafeMutablePointer<Float>
  private let memory: WideBuffer
  private let products: SparseProducts

  /// If no probability changes by more, the change is left for another pass.
  static let least: Float = 3e-5
  /// The error of α at which Newton's method stops.
  private static let exact: Float = 1e-5
  /// The maximum number of Newton steps, including bisections where one overshoots: for C‖x‖² up to 10⁴ two
  /// dozen are enough.
  private static let mostRounds = 40

  init(laneCount: Int, _ compute: Compute) {
    memory = WideBuffer(count: 10 * laneCount)
    products = SparseProducts(compute)
    let base = memory.pointer
    (scores, squares, factors) = (base, base + laneCount, base + 2 * laneCount)
    (targets, change, goal) = (base + 3 * laneCount, base + 4 * laneCount, base + 5 * laneCount)
    (value, low, high) = (base + 6 * laneCount, base + 7 * laneCount, base + 8 * laneCount)
    share = base + 9 * laneCount
  }

  /// - Parameter alpha: [lanes] the text's probabilities, which are changed.
  /// - Returns: the largest change; if it is below `least`, nothing has changed.
  func run(_ problems: [WideProblem], _ lanes: [Range<Int>], _ alpha: UnsafeMutablePointer<Float>)
    -> Float
  {
    var largest: Float = 0
    var index = 0
    while index < problems.count {
      switch problems[index].kind {
      case .classes:
        let lanes = lanes[index]
        if factors[lanes.lowerBound] > 0 { solveClasses(lanes, alpha) }
        index += 1
        largest = max(largest, distance(lanes, alpha))
      case .label:
        let start = lanes[index].lowerBound
        while index < problems.count, case .label = problems[index].kind { index += 1 }
        let range = start..<lanes[index - 1].upperBound
        solveLabels(range, alpha)
        largest = max(largest, distance(range, alpha))
      }
    }
    if largest < Self.least { return largest }
    for lane in 0..<(lanes.last?.upperBound ?? 0) {
      let isLearned = factors[lane] > 0
      change[lane] = isLearned ? factors[lane] * (alpha[lane] - share[lane]) : 0
      if isLearned { alpha[lane] = share[lane] }
    }
    return largest
  }

  private func distance(_ lanes: Range<Int>, _ alpha: UnsafeMutablePointer<Float>) -> Float {
    var largest: Float = 0
    for lane in lanes where factors[lane] > 0 {
      largest = max(largest, abs(share[lane] - alpha[lane]))
    }
    return largest
  }

  /// v + q σ(v) = s has one solution, between s - q and s.
  private func solveLabels(_ lanes: Range<Int>, _ alpha: UnsafeMutablePointer<Float>) {
    let start = lanes.lowerBound
    for lane in lanes {
      let q = factors[lane] * squares[lane]
      goal[lane] = scores[lane] + q * alpha[lane]
      high[lane] = goal[lane]
      low[lane] = goal[lane] - q
      value[lane] = scores[lane]
      squares[lane] = q
    }
    for round in 0...Self.mostRounds {
      for lane in lanes { share[lane] = -value[lane] }
      _ = products.exponentials(lanes.count, share + start, shift: 0, into: share + start)
      var largest: Float = 0
      for lane in lanes {
        let p = 1 / (1 + share[lane])
        share[lane] = p
        // Holds the error until `run` writes the change.
        let error = value[lane] + squares[lane] * p - goal[lane]
        change[lane] = error
        largest = max(largest, abs(error) / (1 + squares[lane]))
      }
      if round == Self.mostRounds || largest < Self.exact { break }
      for lane in lanes {
        let (q, p, error) = (squares[lane], share[lane], change[lane])
        if error > 0 { high[lane] = value[lane] } else { low[lane] = value[lane] }
        let next = value[lane] - error / (1 + q * p * (1 - p))
        value[lane] = next >= low[lane] && next <= high[lane] ? next : (low[lane] + high[lane]) / 2
      }
    }
  }

  /// v_k + q_k e^{v_k} = s_k - t, with Σ e^{v_k} = 1.
  private func solveClasses(_ lanes: Range<Int>, _ alpha: UnsafeMutablePointer<Float>) {
    let (start, count) = (lanes.lowerBound, lanes.count)
    var largest = scores[start]
    for lane in lanes {
      squares[lane] *= factors[lane]
      goal[lane] = scores[lane] + squares[lane] * alpha[lane]
      largest = max(largest, scores[lane])
    }
    let sum = products.exponentials(count, scores + start, shift: largest, into: share + start)
    let shift = largest + Float(log(sum))
    let inverse = Float(1 / sum)
    for lane in lanes {
      value[lane] = scores[lane] - shift
      share[lane] *= inverse
    }
    var total: Float = 1
    for _ in 0..<Self.mostRounds {
      var (numerator, denominator) = (total - 1, Float.leastNormalMagnitude)
      for lane in lanes {
        let (q, p) = (squares[lane], share[lane])
        let gain = 1 / (1 + q * p)
        low[lane] = gain
        high[lane] = goal[lane] - value[lane] - q * p
        numerator += p * gain * high[lane]
        denominator += p * gain
      }
      let offset = numerator / denominator
      var step: Float = 0
      for lane in lanes {
        let move = (high[lane] - offset) * low[lane]
        let next = min(0, value[lane] + move)
        step = max(step, share[lane] * abs(next - value[lane]))
        value[lane] = next
      }
      total = Float(products.exponentials(count, value + start, shift: 0, into: share + start))
      if step < 1e-4 { break }
    }
    let scale = 1 / total
    for lane in lanes { share[lane] *= scale }
  }
}
