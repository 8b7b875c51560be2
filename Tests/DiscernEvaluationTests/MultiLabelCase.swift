import TestSupport
import Testing

/// A case made by a formula that Tests/Golden/multilabel.py follows step by step.
struct MultiLabelCase: Sendable {
  var name: String
  var seed: UInt64
  var exampleCount: Int
  var labelCount: Int
  var levels: UInt64
  var never: [Int]
  var always: [Int]
  var zero: [Int]

  var thresholds: [Float] { (0..<labelCount).map { [0.5, 0.25, 0.75, 0.125][$0 % 4] } }

  func make() -> (probabilities: [Float], labels: [[Int32]]) {
    var random = SeededGenerator(seed: seed)
    var probabilities: [Float] = []
    var labels: [[Int32]] = []
    for _ in 0..<exampleCount {
      var own: [Int32] = []
      for label in 0..<labelCount {
        let k = random.next() % levels * (1024 / levels)
        let held = random.next() % 1024 < k
        probabilities.append(zero.contains(label) ? 0 : Float(k) / 1024)
        if !never.contains(label), held || always.contains(label) { own.append(Int32(label)) }
      }
      labels.append(own)
    }
    return (probabilities, labels)
  }
}

/// scikit-learn's figures for a case; printed by Tests/Golden/multilabel.py.
struct MultiLabelFigures: Sendable, CustomTestStringConvertible {
  var input: MultiLabelCase
  var subsetAccuracy: Double
  var hammingLoss: Double
  var logLoss: Double
  var micro: [Double]
  var macro: [Double]
  var weighted: [Double]
  var samples: [Double]
  var precision: [Double]
  var recall: [Double]
  var f1: [Double]
  var support: [Int]
  var rocAUC: [Double?]
  var averagePrecision: [Double?]
  /// The best that any threshold reaches.
  var bestF1: [Double]

  var testDescription: String { input.name }
}
