import Discern
import DiscernEvaluation

/// Counts of texts with one label that were given another; in a multi-label task, of texts that were not
/// given one of their labels and were wrongly given another.
struct Confusions {
  private let labelCount: Int
  /// By true and given label, only counts above 0.
  private let pairs: [Int: Int]
  /// [labels] the number of texts with each label.
  let totals: [Int]

  init(_ findings: TaskFindings) {
    let labelCount = findings.task.labels.count
    self.labelCount = labelCount
    var pairs: [Int: Int] = [:]
    var totals = [Int](repeating: 0, count: labelCount)
    switch findings.predictions {
    case .singleLabel(let predictions):
      for (truth, given) in zip(predictions.labels, predictions.predictedLabels) {
        totals[Int(truth)] += 1
        pairs[Int(truth) * labelCount + Int(given), default: 0] += 1
      }
    case .multiLabel(let predictions):
      let given = findings.predictions.predictedLabels(thresholds: findings.thresholds)
      for row in 0..<predictions.exampleCount {
        let own = Set(given[row].map { Int($0) })
        let truth = (0..<labelCount).filter { predictions.isTrue[row * labelCount + $0] }
        for label in truth {
          totals[label] += 1
          if own.contains(label) {
            pairs[label * labelCount + label, default: 0] += 1
            continue
          }
          for other in own where !truth.contains(other) { pairs[label * labelCount + other, default: 0] += 1 }
        }
      }
    }
    self.totals = totals
    self.pairs = pairs
  }

  private var errors: [(row: Int, column: Int, count: Int)] {
    pairs.map { (row: $0.key / labelCount, column: $0.key % labelCount, count: $0.value) }
      .filter { $0.row != $0.column }
  }

  var errorCount: Int { errors.reduce(0) { $0 + $1.count } }

  /// The labels with the most errors, up to a limit, in the labels' order.
  func kept(_ count: Int) -> [Int] {
    if labelCount <= count { return Array(0..<labelCount) }
    var sums = [Int](repeating: 0, count: labelCount)
    for error in errors {
      sums[error.row] += error.count
      sums[error.column] += error.count
    }
    return sums.indices.sorted { sums[$0] != sums[$1] ? sums[$0] > sums[$1] : $0 < $1 }.prefix(count).sorted()
  }

  /// [labels, labels] the counts of some labels.
  func counts(_ labels: [Int]) -> [Int] {
    labels.flatMap { row in labels.map { pairs[row * labelCount + $0] ?? 0 } }
  }

  func errors(among labels: [Int]) -> Int {
    let labels = Set(labels)
    return errors.reduce(0) { $0 + (labels.contains($1.row) && labels.contains($1.column) ? $1.count : 0) }
  }

  /// The most frequent errors.
  func largest(_ count: Int) -> [(row: Int, column: Int, count: Int)] {
    Array(
      errors.sorted { a, b in
        a.count != b.count ? a.count > b.count : (a.row, a.column) < (b.row, b.column)
      }.prefix(count))
  }
}
