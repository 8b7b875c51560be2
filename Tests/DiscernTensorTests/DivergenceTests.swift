import DiscernTensor
import Foundation
import Testing

/// KL(p ‖ softmax(z)), the mean over rows, as in textbooks.
private func reference(_ p: RealMatrix, _ z: RealMatrix) -> Double {
  var total = 0.0
  for row in 0..<p.rows {
    for (p, q) in zip(p[row], softmax(z[row])) where p > 0 { total += p * log(p / q) }
  }
  return total / Double(p.rows)
}

@Test(arguments: [2, 3, 20]) func divergenceIsTheReference(classes: Int) {
  var random = RandomValues(classes)
  let p = RealMatrix((0..<7).map { _ in softmax(random.values(classes, within: 3)) })
  let logits = random.matrix(7, classes, within: 6)
  let gradient = RealMatrix(
    (0..<7).map { row in zip(softmax(logits[row]), p[row]).map { ($0 - $1) / 7 } })
  checkGradient("logits", at: logits.values, gradient.values) {
    reference(p, RealMatrix(7, classes, $0))
  }
  onEveryMachine([
    Expected("divergence", [0.5 * reference(p, logits)]),
    Expected("logits", gradient.values.map { 0.5 * $0 }),
  ]) { compute in
    let bench = Bench(compute: compute)
    let (input, target) = (bench.variable(logits), bench.variable(p))
    let value = bench.tape.meanDivergence(of: input, from: target.value, weight: 0.5)
    bench.tape.runBackward()
    return [[Float(value)], bench.gradient(input)]
  }
}

@Test func aDistributionDoesNotDivergeFromItself() {
  let bench = Bench(compute: Compute(threadCount: 1))
  let input = bench.variable(RealMatrix([[1, 2, -3], [80, -80, 0]]))
  let target = bench.variable(RealMatrix([softmax([1, 2, -3]), [1, 0, 0]]))
  #expect(abs(bench.tape.meanDivergence(of: input, from: target.value)) < 1e-7)
  bench.tape.runBackward()
  #expect(bench.gradient(input).allSatisfy { abs($0) < 1e-7 })
}

@Test func divergenceOfYesOrNoQuestionsIsTheReference() {
  var random = RandomValues(4)
  let (rows, labels) = (6, 4)
  let p = RealMatrix(rows, labels, random.values(rows * labels).map { Double(Float(0.5 + 0.49 * $0)) })
  let logits = random.matrix(rows, labels, within: 5)
  func reference(_ z: RealMatrix) -> Double {
    var total = 0.0
    for (p, z) in zip(p.values, z.values) {
      let q = 1 / (1 + exp(-z))
      total += p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))
    }
    return 0.5 * total / Double(rows * labels)
  }
  let gradient = ReferenceLosses.gradient(at: logits, reference)
  onEveryMachine([Expected("divergence", [reference(logits)]), Expected("logits", gradient)]) { compute in
    let bench = Bench(compute: compute)
    let (input, target) = (bench.variable(logits), bench.variable(p))
    let value = bench.tape.meanBinaryDivergence(of: input, from: target.value, weight: 0.5)
    bench.tape.runBackward()
    return [[Float(value)], bench.gradient(input)]
  }
}
