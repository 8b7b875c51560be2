import TestSupport
import Testing

/// A case made by a formula that Tests/Golden/evaluation.py follows step by step.
struct GoldenCase: Sendable, CustomTestStringConvertible {
  var name: String
  var seed: UInt64
  var exampleCount: Int
  var classCount: Int
  var levels: UInt64
  var zero: [Int]
  var absent: [Int]
  var oneHot: Bool

  var testDescription: String { name }
  var labelNames: [String] { (0..<classCount).map { "class \($0)" } }

  func make() -> (probabilities: [Double], labels: [Int32]) {
    var random = SeededGenerator(seed: seed)
    let present = (0..<classCount).filter { !absent.contains($0) }
    var probabilities: [Double] = []
    var labels: [Int32] = []
    for _ in 0..<exampleCount {
      var scores = (0..<classCount).map { _ in Int(random.next() % levels) + 1 }
      for column in zero { scores[column] = 0 }
      var top = 0
      for column in scores.indices where scores[column] > scores[top] { top = column }
      if oneHot { scores = scores.indices.map { $0 == top ? 1 : 0 } }
      let sum = Double(scores.reduce(0, +))
      probabilities += scores.map { Double($0) / sum }
      let guess = random.next() % 2 == 0
      let other = present[Int(random.next() % UInt64(present.count))]
      labels.append(Int32(guess && present.contains(top) ? top : other))
    }
    return (probabilities, labels)
  }
}

/// scikit-learn's figures for a case; printed by Tests/Golden/evaluation.py.
struct GoldenFigures: Sendable, CustomTestStringConvertible {
  var input: GoldenCase
  var confusion: [Int]
  var accuracy: Double
  var balancedAccuracy: Double
  var matthews: Double
  var precision: [Double]
  var recall: [Double]
  var f1: [Double]
  var support: [Int]
  var macro: [Double]
  var macroOfAll: [Double]
  var weighted: [Double]
  var rocAUC: Double?
  var macroROCAUC: Double?
  var weightedROCAUC: Double?
  var classROCAUC: [Double?]
  var classAveragePrecision: [Double?]
  var logLoss: Double
  var logLossFloat: Double
  var brier: Double
  var topTwo: Double
  var calibrationError: Double

  var testDescription: String { input.name }
}
