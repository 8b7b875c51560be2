import DiscernTensor
import Foundation
import Testing

/// Σ w · T² KL(softmax(teacher / T) ‖ softmax(z / T)) / Σ w, from logits of both.
private func reference(_ teacher: RealMatrix, _ z: RealMatrix, _ temperature: Double, _ weights: [Double])
  -> Double
{
  var total = 0.0
  for row in 0..<z.rows {
    let p = softmax(teacher[row].map { $0 / temperature })
    let q = softmax(z[row].map { $0 / temperature })
    total += weights[row] * zip(p, q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
  }
  return temperature * temperature * total / weights.reduce(0, +)
}

@Test(arguments: [1.0, 2.0, 5.0]) func distillationIsTheReference(temperature: Double) {
  var random = RandomValues(3)
  let (rows, classes) = (5, 4)
  let teacher = random.matrix(rows, classes, within: 4)
  let logits = random.matrix(rows, classes, within: 6)
  let weights = [1, 0.5, 0, 2, 1]
  let gradient = ReferenceLosses.gradient(at: logits) { reference(teacher, $0, temperature, weights) }
  let target = (0..<rows).flatMap { softmax(teacher[$0].map { $0 / temperature }).map { Float($0) } }
  onEveryMachine([
    Expected("distillation", [reference(teacher, logits, temperature, weights)]),
    Expected("logits", gradient.values.map { 0.3 * $0 }),
  ]) { compute in
    let bench = Bench(compute: compute)
    let input = bench.variable(logits)
    let loss = bench.tape.distillation(
      of: input, from: target, temperature: Float(temperature), rowWeights: weights.map { Float($0) },
      weight: 0.3, divisor: weights.reduce(0, +))
    bench.tape.runBackward()
    return [[Float(loss.mean)], bench.gradient(input)]
  }
}

@Test func distillationOfYesOrNoQuestionsIsTheReference() {
  var random = RandomValues(8)
  let (rows, labels, temperature) = (4, 3, 2.0)
  let teacher = random.matrix(rows, labels, within: 4)
  let logits = random.matrix(rows, labels, within: 5)
  func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z / temperature)) }
  func reference(_ z: RealMatrix) -> Double {
    var total = 0.0
    for (t, z) in zip(teacher.values, z.values) {
      let (p, q) = (sigmoid(t), sigmoid(z))
      total += p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))
    }
    return temperature * temperature * total / Double(rows * labels)
  }
  let gradient = ReferenceLosses.gradient(at: logits, reference)
  let target = teacher.values.map { Float(sigmoid($0)) }
  onEveryMachine([Expected("distillation", [reference(logits)]), Expected("logits", gradient.values)]) {
    compute in
    let bench = Bench(compute: compute)
    let input = bench.variable(logits)
    let loss = bench.tape.binaryDistillation(
      of: input, from: target, temperature: Float(temperature), rowWeights: nil,
      divisor: Double(rows * labels))
    bench.tape.runBackward()
    return [[Float(loss.mean)], bench.gradient(input)]
  }
}
