import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary
import Foundation
import Testing

@Suite struct WideBundleTests {
  /// Scores of all problems of a head, to a small gap.
  private func solve(
    _ problems: [WideProblem], _ labels: [TaskLabels], weights: [Float]? = nil,
    classWeights: [Float]? = nil, rows: SparseRows, tolerance: Double
  ) -> (solutions: [WideSolution], bundle: WideBundle) {
    let targets = WideTargets(
      labels: labels, weights: weights ?? Array(repeating: 1, count: rows.count),
      classWeights: labels.map { _ in classWeights }, folds: Array(repeating: 0, count: rows.count))
    let bundle = WideBundle(problems, rows, targets, Compute(threadCount: 1))
    return (bundle.solve(tolerance: tolerance) { false }, bundle)
  }

  private func figureRows() -> SparseRows {
    let texts = NGramTexts.words(NGramFigures.texts)
    let vocabulary = NGramVocabulary(of: texts, NGramTexts.configuration)
    return SparseRows(vocabulary.rowBlocks(of: texts, Compute(threadCount: 1)), vocabulary)
  }

  private func scores(_ solution: WideSolution, _ rows: SparseRows, lanes: Int) -> [Float] {
    (0..<rows.count).flatMap { row in
      (0..<lanes).map { lane in
        (rows.offsets[row]..<rows.offsets[row + 1]).reduce(0) {
          $0 + rows.values[$1] * solution.weights[Int(rows.features[$1]) * lanes + lane]
        }
      }
    }
  }

  @Test func theOptimumIsScikitLearns() {
    let rows = figureRows()
    let problems = [
      WideProblem(head: 0, kind: .label(1), fold: -1, strength: 3, usesRatios: false),
      WideProblem(head: 1, kind: .classes(3), fold: -1, strength: 3, usesRatios: false),
    ]
    let (solutions, _) = solve(
      problems,
      [TaskLabels(numbers: NGramFigures.binary), TaskLabels(numbers: NGramFigures.classes)],
      rows: rows,
      tolerance: 1e-6)
    for (solution, (lanes, expected)) in zip(
      solutions, [(1, NGramFigures.binaryScores), (3, NGramFigures.classScores)])
    {
      #expect(solution.gap < 1e-6)
      for (score, figure) in zip(scores(solution, rows, lanes: lanes), expected) {
        #expect(abs(score - figure) < 2e-3)
      }
    }
  }

  /// With C‖x‖² far above 1 Newton's steps for one text are many.
  @Test func theOptimumIsFoundAlsoWhereLittleHoldsWeightsBack() {
    let rows = figureRows()
    let sets: [[Int32]] = [[0], [1], [0, 1], []]
    let numbers = (0..<12).map { Int32($0 * 7 % 4) }
    for (strength, least) in [(30.0, 1e-3), (300, 1e-2)] {
      let labels = (0..<2).map {
        WideProblem(head: 0, kind: .label($0), fold: -1, strength: strength, usesRatios: false)
      }
      let classes = WideProblem(
        head: 1, kind: .classes(3), fold: -1, strength: strength, usesRatios: false)
      let (solutions, _) = solve(
        labels + [classes],
        [TaskLabels(numbers: numbers, sets: sets), TaskLabels(numbers: NGramFigures.classes)], rows: rows,
        tolerance: 1e-3)
      for solution in solutions { #expect(solution.gap <= least, "\(strength): \(solution.gap)") }
      for label in 0..<2 {
        let scores = scores(solutions[label], rows, lanes: 1)
        for (score, number) in zip(scores, numbers) {
          #expect((score > 0) == sets[Int(number)].contains(Int32(label)))
        }
      }
    }
  }

  @Test func aWeightCountsAsSoManyTexts() {
    let rows = figureRows()
    let problem = WideProblem(head: 0, kind: .label(1), fold: -1, strength: 3, usesRatios: false)
    let labels = TaskLabels(numbers: NGramFigures.binary)
    // A common weight of all texts is a factor of the strength.
    let double = WideProblem(head: 0, kind: .label(1), fold: -1, strength: 6, usesRatios: false)
    let (weighted, _) = solve(
      [problem], [labels], weights: Array(repeating: 2, count: 12), rows: rows, tolerance: 1e-6)
    let (stronger, _) = solve([double], [labels], rows: rows, tolerance: 1e-6)
    #expect(weighted[0].weights == stronger[0].weights)
    // Class weights are the weights of the class's texts.
    let (byClass, _) = solve(
      [problem], [labels], classWeights: [1, 3], rows: rows, tolerance: 1e-6)
    let (byText, _) = solve(
      [problem], [labels], weights: NGramFigures.binary.map { $0 == 1 ? 3 : 1 }, rows: rows,
      tolerance: 1e-6)
    #expect(byClass[0].weights == byText[0].weights)
    #expect(byClass[0].weights != stronger[0].weights)
    // A text of weight 0 has no effect.
    var weights = [Float](repeating: 1, count: 12)
    weights[3] = 0
    var numbers = NGramFigures.binary
    numbers[3] = -1
    let (without, _) = solve([problem], [labels], weights: weights, rows: rows, tolerance: 1e-6)
    let (unknown, _) = solve([problem], [TaskLabels(numbers: numbers)], rows: rows, tolerance: 1e-6)
    #expect(without[0].weights == unknown[0].weights)
  }

  /// Plain gradient descent in double precision, independent of everything else.
  private func naive(
    _ rows: SparseRows, _ targets: [[Double]], factors: [Double], scales: [[Double]]? = nil,
    several: Bool
  ) -> [[Double]] {
    let lanes = targets[0].count
    var weights = Array(repeating: Array(repeating: 0.0, count: rows.featureCount), count: lanes)
    func scale(_ lane: Int, _ feature: Int) -> Double { scales?[lane][feature] ?? 1 }
    for _ in 0..<30_000 {
      var gradient = weights
      for row in 0..<rows.count where factors[row] > 0 {
        let entries = rows.offsets[row]..<rows.offsets[row + 1]
        let z = (0..<lanes).map { lane in
          entries.reduce(0.0) {
            let feature = Int(rows.features[$1])
            return $0 + Double(rows.values[$1]) * scale(lane, feature) * weights[lane][feature]
          }
        }
        let sum = z.reduce(0) { $0 + exp($1) }
        for lane in 0..<lanes {
          let p = several ? exp(z[lane]) / sum : 1 / (1 + exp(-z[lane]))
          for entry in entries {
            let feature = Int(rows.features[entry])
            gradient[lane][feature] +=
              factors[row] * (p - targets[row][lane]) * Double(rows.values[entry])
              * scale(lane, feature)
          }
        }
      }
      for lane in 0..<lanes {
        for feature in 0..<rows.featureCount {
          weights[lane][feature] -= 0.03 * gradient[lane][feature]
        }
      }
    }
    return weights
  }

  @Test func anyNumberOfLabelsIsOneProblemEach() {
    let rows = figureRows()
    let sets: [[Int32]] = [[0], [1], [0, 2], [], [1, 2]]
    var numbers = (0..<12).map { Int32($0 * 7 % 5) }
    numbers[4] = -1
    let problems = (0..<3).map {
      WideProblem(head: 0, kind: .label($0), fold: -1, strength: 2, usesRatios: false)
    }
    let (solutions, _) = solve(
      problems, [TaskLabels(numbers: numbers, sets: sets)], classWeights: [1, 2, 1], rows: rows,
      tolerance: 1e-6)
    for label in 0..<3 {
      let targets = numbers.map { $0 >= 0 && sets[Int($0)].contains(Int32(label)) ? [1.0] : [0.0] }
      let factors = zip(numbers, targets).map { number, target in
        number < 0 ? 0 : 2 * (label == 1 && target[0] == 1 ? 2.0 : 1)
      }
      let weights = naive(rows, targets, factors: factors, several: false)[0]
      for (weight, expected) in zip(solutions[label].weights, weights) {
        #expect(abs(Double(weight) - expected) < 2e-3)
      }
    }
  }

  @Test func ratiosScaleTheFeatures() throws {
    let rows = figureRows()
    let problem = WideProblem(head: 0, kind: .label(1), fold: -1, strength: 0.5, usesRatios: true)
    let (solutions, bundle) = solve(
      [problem], [TaskLabels(numbers: NGramFigures.binary)], rows: rows, tolerance: 1e-6)
    var ratios = [Double](repeating: 1, count: rows.featureCount)
    let positives = Double(NGramFigures.binary.count { $0 == 1 })
    for feature in 0..<rows.featureCount - 1 {
      var (with, without) = (0.0, 0.0)
      for row in 0..<12
      where rows.features[rows.offsets[row]..<rows.offsets[row + 1]].contains(Int32(feature)) {
        if NGramFigures.binary[row] == 1 { with += 1 } else { without += 1 }
      }
      ratios[feature] = log(((with + 1) / (positives + 2)) / ((without + 1) / (14 - positives)))
    }
    let squares = try #require(bundle.ratios)
    for feature in 0..<rows.featureCount {
      #expect(abs(Double(squares.pointer[feature * 16]) - ratios[feature] * ratios[feature]) < 1e-5)
    }
    let weights = naive(
      rows, NGramFigures.binary.map { [Double($0)] }, factors: Array(repeating: 0.5, count: 12),
      scales: [ratios], several: false)[0]
    for feature in 0..<rows.featureCount {
      #expect(
        abs(Double(solutions[0].weights[feature]) - ratios[feature] * weights[feature]) < 2e-3)
    }
  }

  @Test func roundingKeepsTheVerdicts() throws {
    let (texts, numbers) = NGramTexts.random(300, labels: 5)
    var configuration = NGramConfiguration()
    configuration.strength = 10
    let trainer = try NGramTrainer(
      words: texts, targets: [TaskLabels(numbers: numbers)],
      heads: [HeadConfiguration(.classes(count: 5))],
      configuration: configuration, compute: Compute(threadCount: 1))
    let model = try trainer.fit()
    let rows = SparseRows(
      trainer.vocabulary.rowBlocks(of: texts, Compute(threadCount: 1)), trainer.vocabulary)
    let problem = WideProblem(head: 0, kind: .classes(5), fold: -1, strength: 10, usesRatios: true)
    let (solutions, _) = solve(
      [problem], [TaskLabels(numbers: numbers)], rows: rows, tolerance: NGramTrainer.tolerance)
    let exact = scores(solutions[0], rows, lanes: 5)
    let rounded = model.logits(trainer.vocabulary.rows(of: texts), compute: Compute(threadCount: 1))
    var same = 0
    for text in 0..<300 {
      let (a, b) = (exact[text * 5..<text * 5 + 5], rounded[text * 5..<text * 5 + 5])
      same += a.firstIndex(of: a.max() ?? 0) == b.firstIndex(of: b.max() ?? 0) ? 1 : 0
    }
    #expect(same >= 297)
  }
}
