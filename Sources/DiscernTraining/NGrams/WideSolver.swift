import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor

/// Compares candidates on held-out texts, and solves the problems of the chosen ones.
struct WideSolver {
  let rows: SparseRows
  let heads: [HeadConfiguration]
  let compute: Compute
  let isInterrupted: @Sendable () -> Bool
  let targets: WideTargets

  struct Result {
    var gaps: [Double]
    var passes: [Int]
    /// [features, columns]
    var weights: [Float]
    /// [columns]
    var biases: [Float]
  }

  private var outputRanges: [Range<Int>] { HeadOutputs(heads).ranges }
  private var columnRanges: [Range<Int>] {
    HeadOutputs.ranges(heads.map(NGramClassifier.columnCount))
  }

  /// The choice for each head, and its log losses on the held-out texts.
  struct Choice {
    var decisions: [WideCandidate]
    var losses: [[Double]]
  }

  /// - Parameters:
  ///   - candidates: by head; in doubt the first is chosen.
  ///   - parts: the number of parts that are held out, one after the other.
  func choose(_ candidates: [[WideCandidate]], parts: Int) throws(TrainingError) -> Choice {
    let outputs = outputRanges.last?.upperBound ?? 0
    var problems: [(head: Int, problems: [WideProblem])] = []
    for (head, candidates) in candidates.enumerated() {
      for candidate in candidates {
        problems.append((head, (0..<parts).flatMap { self.problems(head, candidate, $0) }))
      }
    }
    let solutions = try run(problems.flatMap(\.problems))
    var start = 0
    var losses = heads.map { _ in [[Double]]() }
    for (head, list) in problems {
      var logits = [Float](repeating: 0, count: rows.count * outputs)
      for (problem, solution) in zip(list, solutions[start...]) { place(problem, solution, &logits) }
      start += list.count
      losses[head].append(loss(head, logits, parts: parts))
    }
    let best = losses.map(WideLoss.best)
    return Choice(
      decisions: zip(candidates, best).map { $0[$1] }, losses: zip(losses, best).map { $0[$1] })
  }

  /// Solves the problems of the chosen candidates.
  func solve(_ decisions: [WideCandidate]) throws(TrainingError) -> Result {
    let columns = columnRanges.last?.upperBound ?? 0
    let problems = heads.indices.flatMap { self.problems($0, decisions[$0], -1) }
    let solutions = try run(problems)
    var result = Result(
      gaps: heads.map { _ in 0 }, passes: heads.map { _ in 0 },
      weights: [Float](repeating: 0, count: (rows.featureCount - 1) * columns),
      biases: [Float](repeating: 0, count: columns))
    for (problem, solution) in zip(problems, solutions) {
      result.gaps[problem.head] = max(result.gaps[problem.head], solution.gap)
      result.passes[problem.head] = max(result.passes[problem.head], solution.passes)
      var column = columnRanges[problem.head].lowerBound
      if case .label(let label) = problem.kind, columnRanges[problem.head].count > 1 {
        column += label
      }
      let lanes = problem.laneCount
      for feature in 0..<rows.featureCount {
        for lane in 0..<lanes {
          let weight = solution.weights[feature * lanes + lane]
          if feature == rows.featureCount - 1 {
            result.biases[column + lane] = weight
          } else {
            result.weights[feature * columns + column + lane] = weight
          }
        }
      }
    }
    return result
  }

  /// A candidate's problems for a head, with one fold held out (-1: none).
  private func problems(_ head: Int, _ candidate: WideCandidate, _ fold: Int) -> [WideProblem] {
    let kinds: [WideProblem.Kind]
    switch heads[head].kind {
    case .classes(count: 2): kinds = [.label(1)]
    case .classes(let count): kinds = [.classes(count)]
    case .labels(let count): kinds = (0..<count).map { .label($0) }
    }
    return kinds.map {
      WideProblem(
        head: head, kind: $0, fold: Int32(fold), strength: candidate.strength,
        usesRatios: candidate.usesRatios)
    }
  }

  /// Writes the logits of a problem's held-out texts.
  private func place(_ problem: WideProblem, _ solution: WideSolution, _ logits: inout [Float]) {
    let outputs = outputRanges.last?.upperBound ?? 0
    let range = outputRanges[problem.head]
    var next = 0
    for row in 0..<rows.count where targets.folds[row] == problem.fold {
      let start = row * outputs + range.lowerBound
      switch (problem.kind, heads[problem.head].kind) {
      case (.classes(let count), _):
        for label in 0..<count { logits[start + label] = solution.heldOut[next + label] }
      case (.label, .classes):
        logits[start] = -solution.heldOut[next] / 2
        logits[start + 1] = solution.heldOut[next] / 2
      case (.label(let label), .labels):
        logits[start + label] = solution.heldOut[next]
      }
      next += problem.laneCount
    }
  }

  /// The log losses of a head's texts in the first parts.
  private func loss(_ head: Int, _ logits: [Float], parts: Int) -> [Double] {
    let outputs = outputRanges.last?.upperBound ?? 0
    let texts = (0..<rows.count).filter {
      targets.folds[$0] >= 0 && targets.folds[$0] < Int32(parts)
    }
    let range = outputRanges[head]
    let own = texts.flatMap {
      logits[$0 * outputs + range.lowerBound..<$0 * outputs + range.upperBound]
    }
    return WideLoss.losses(own, targets.labels[head].selecting(texts), heads[head])
  }

  /// Solves problems; the solutions are in their order.
  private func run(_ problems: [WideProblem]) throws(TrainingError) -> [WideSolution] {
    let bundles = bundles(problems)
    let results = TaskResults(repeating: WideSolution(), count: problems.count)
    compute.forEach(bundles.count) { index in
      if isInterrupted() { return }
      let own = bundles[index]
      let bundle = WideBundle(own.map { problems[$0] }, rows, targets, compute)
      let solutions = bundle.solve(tolerance: NGramTrainer.tolerance, isInterrupted: isInterrupted)
      for (place, solution) in zip(own, solutions) { results[place] = solution }
    }
    if isInterrupted() { throw .interrupted }
    return results.all
  }

  /// The problems to solve side by side: those with ratios apart from those without, and in bundles so narrow
  /// that a feature's weights fit into a few cache lines.
  private func bundles(_ problems: [WideProblem]) -> [[Int]] {
    let most = rows.featureCount > 1 << 17 ? 16 : 64
    var result: [[Int]] = []
    for usesRatios in [false, true] {
      var lanes = Int.max
      for (index, problem) in problems.enumerated() where problem.usesRatios == usesRatios {
        if lanes == Int.max || lanes + problem.laneCount > most {
          result.append([])
          lanes = 0
        }
        result[result.count - 1].append(index)
        lanes += problem.laneCount
      }
    }
    return result
  }
}
