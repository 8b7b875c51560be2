import DiscernCorpus
import DiscernIO
import DiscernTensor

/// Several problems on the same texts, solved side by side: each has its lanes, and one pass over a text's
/// features serves them all.
///
/// Dual coordinate ascent (Yu, Huang and Lin 2011): each text has its probabilities α for each problem, and w
/// = Σ c_i (y_i - α_i) x_i. One text after the other gets its best α, with those of all others fixed. The
/// distance to the optimum is at most the duality gap, Σ c_i KL(α_i ‖ softmax(w x_i)).
///
/// One thread works on a bundle. The division into bundles depends only on the problems, so that results do
/// not depend on the number of threads.
package final class WideBundle {
  let rows: SparseRows
  let targets: WideTargets
  let problems: [WideProblem]
  /// By problem.
  let lanes: [Range<Int>]
  /// The number of lanes, including those added so that rows are whole vectors.
  let laneCount: Int
  let kernels: WideKernels
  /// [features, lanes] w, times the log-count ratios.
  let weights: WideBuffer
  /// [texts, lanes] α.
  let probabilities: WideBuffer
  /// [features, lanes] the squares of the ratios; nil: all 1.
  package private(set) var ratios: WideBuffer?
  /// The squared norms of rows: [texts, lanes] with ratios, [texts] without.
  private(set) var squares: WideBuffer
  let step: WideStep
  /// [texts] the number of passes for which a text is skipped, now and after another visit with little
  /// change.
  private var rests: [(left: UInt8, next: UInt8)]

  package init(_ problems: [WideProblem], _ rows: SparseRows, _ targets: WideTargets, _ compute: Compute) {
    self.problems = problems
    self.rows = rows
    self.targets = targets
    var start = 0
    lanes = problems.map { problem in
      defer { start += problem.laneCount }
      return start..<start + problem.laneCount
    }
    laneCount = Self.padded(start)
    kernels = WideKernels(compute, rows, laneCount: laneCount)
    weights = WideBuffer(count: rows.featureCount * laneCount)
    probabilities = WideBuffer(count: rows.count * laneCount)
    step = WideStep(laneCount: laneCount, compute)
    squares = WideBuffer(count: 0)
    rests = Array(repeating: (0, 1), count: rows.count)
    makeRatios()
    makeSquares()
    begin()
  }

  /// The number of lanes, rounded up to whole vectors.
  static func padded(_ lanes: Int) -> Int { (lanes + 15) / 16 * 16 }

  /// α = y, from which w = 0 follows.
  private func begin() {
    for row in 0..<rows.count {
      for (problem, lanes) in zip(problems, lanes) {
        setTargets(problem, row, probabilities.pointer + row * laneCount + lanes.lowerBound)
      }
    }
  }

  /// Writes y: 1 for the text's class, or for a label that the text has.
  func setTargets(_ problem: WideProblem, _ row: Int, _ y: UnsafeMutablePointer<Float>) {
    let labels = targets.labels[problem.head]
    let number = Int(labels.numbers[row])
    switch problem.kind {
    case .classes(let count):
      y.update(repeating: 0, count: count)
      if number >= 0 { y[number] = 1 }
    case .label(let label):
      guard number >= 0 else {
        y[0] = 0
        return
      }
      if let sets = labels.sets {
        y[0] = sets[number].contains(Int32(label)) ? 1 : 0
      } else {
        y[0] = number == label ? 1 : 0
      }
    }
  }

  /// The factor of a text's loss in a problem; 0 if it is held out.
  ///
  /// - Parameter y: its targets.
  func factor(_ problem: WideProblem, _ row: Int, _ y: UnsafePointer<Float>) -> Float {
    let number = targets.labels[problem.head].numbers[row]
    guard number >= 0, targets.folds[row] != problem.fold, targets.folds[row] != -2 else {
      return 0
    }
    let weight = targets.weights[row] * Float(problem.strength)
    switch problem.kind {
    case .classes: return weight * targets.weight(problem.head, Int(number))
    case .label(let label):
      // With two classes, each has its own weight.
      if targets.labels[problem.head].sets == nil {
        return weight * targets.weight(problem.head, Int(number))
      }
      return y[0] > 0 ? weight * targets.weight(problem.head, label) : weight
    }
  }

  /// Computes the log-count ratios, smoothed by one, from the numbers of texts with and without a label in
  /// which features occur.
  private func makeRatios() {
    guard problems.contains(where: \.usesRatios) else { return }
    let with = WideBuffer(count: rows.featureCount * laneCount)
    var totals = [(with: Double, all: Double)](repeating: (0, 0), count: laneCount)
    let (y, all) = (WideBuffer(count: laneCount), WideBuffer(count: laneCount))
    for row in 0..<rows.count {
      for (problem, lanes) in zip(problems, lanes) {
        let own = y.pointer + lanes.lowerBound
        setTargets(problem, row, own)
        let isUsed = problem.usesRatios && factor(problem, row, own) > 0
        for lane in lanes {
          if !isUsed { y.pointer[lane] = 0 }
          all.pointer[lane] = isUsed ? 1 : 0
          totals[lane].with += Double(y.pointer[lane])
          totals[lane].all += Double(all.pointer[lane])
        }
      }
      kernels.add(row, y.pointer, to: with, isCount: true)
      kernels.add(row, all.pointer, to: weights, isCount: true)
    }
    let uses = zip(problems, lanes).filter(\.0.usesRatios).flatMap { Array($0.1) }
    let isUsed = (0..<laneCount).map { uses.contains($0) }
    for feature in 0..<rows.featureCount {
      for lane in 0..<laneCount {
        let place = feature * laneCount + lane
        if !isUsed[lane] || feature == rows.featureCount - 1 {
          with.pointer[place] = 1
        } else {
          let (own, every) = (Double(with.pointer[place]), Double(weights.pointer[place]))
          let total = totals[lane]
          let ratio = WideMath.logRatio(
            (own + 1) / (total.with + 2), (every - own + 1) / (total.all - total.with + 2))
          with.pointer[place] = Float(ratio * ratio)
        }
      }
    }
    weights.pointer.update(repeating: 0, count: weights.count)
    ratios = with
  }

  private func makeSquares() {
    if let ratios {
      squares = WideBuffer(count: rows.count * laneCount)
      for row in 0..<rows.count {
        kernels.sumOfSquares(row, of: ratios, into: squares.pointer + row * laneCount)
      }
    } else {
      squares = WideBuffer(count: rows.count)
      for row in 0..<rows.count { squares.pointer[row] = kernels.sumOfSquares(row) }
    }
  }

  /// A text whose probabilities change by less is skipped for some passes.
  private static let little: Float = 1e-3
  /// The maximum number of passes for which a text is skipped.
  private static let longestRest: UInt8 = 4

  /// Visits every text that is not skipped: most are soon near their optimum, and visits are expensive. The
  /// gap is measured over all texts.
  ///
  /// - Parameter isInterrupted: called from time to time; if true, the pass ends early.
  package func pass(_ number: Int, isInterrupted: () -> Bool = { false }) {
    let order = RandomStream(seed: 0, purpose: .shuffle, counter: number).permutation(rows.count)
    for row in order where targets.folds[row] != -2 && targets.weights[row] > 0 {
      if rests[row].left > 0 {
        rests[row].left -= 1
        continue
      }
      if row % 64 == 0, isInterrupted() { return }
      kernels.sum(row, of: weights, into: step.scores)
      if let ratios {
        step.squares.update(from: squares.pointer + row * laneCount, count: laneCount)
        if improve(row) { kernels.add(row, step.change, to: weights, scales: ratios) }
      } else {
        step.squares.update(repeating: squares.pointer[row], count: laneCount)
        if improve(row) { kernels.add(row, step.change, to: weights) }
      }
    }
  }

  /// Finds the best α of a text, and the change of w per unit of its features; false: no change.
  private func improve(_ row: Int) -> Bool {
    for (problem, lanes) in zip(problems, lanes) {
      let y = step.targets + lanes.lowerBound
      setTargets(problem, row, y)
      let factor = factor(problem, row, y)
      for lane in lanes { step.factors[lane] = factor }
    }
    let change = step.run(problems, lanes, probabilities.pointer + row * laneCount)
    if change < Self.little {
      let rest = rests[row].next
      rests[row] = (rest, min(Self.longestRest, 2 * rest))
    } else {
      rests[row].next = 1
    }
    return change >= WideStep.least
  }
}
