import DiscernTensor
import Foundation
import Testing

// Figures of PyTorch 2.13 in float64, `fill` as in TorchFiguresTests.swift:
//
//   import torch.nn.functional as F
//   for masked in [False, True]:
//       x, y = fill(1, 5, 3).requires_grad_(), fill(2, 5, 3).requires_grad_()
//       t = torch.tensor(2.0, requires_grad=True)
//       z = F.normalize(x) @ F.normalize(y).T * t.exp()
//       if masked:
//           out = torch.zeros(5, 5, dtype=torch.bool); out[0, 3] = out[3, 0] = out[1, 2] = True
//           z = z.masked_fill(out, -torch.inf)
//       labels = torch.arange(5)
//       loss = (F.cross_entropy(z, labels) + F.cross_entropy(z.T, labels)) / 2
//       loss.backward()
//       print(loss, x.grad, y.grad, t.grad)

private struct Case {
  let bench: Bench
  let scale: LearnedScale
  let left: Variable
  let right: Variable

  init(_ compute: Compute, _ x: RealMatrix, _ y: RealMatrix, logarithm: Double) {
    var layout = ParameterLayout()
    scale = LearnedScale(&layout, name: "logit_scale", temperature: 1)
    bench = Bench(layout, [(scale.logarithm, [logarithm])], compute: compute)
    (left, right) = (bench.variable(x), bench.variable(y))
  }

  /// The mean loss, and all gradients.
  func results(leftOut: [Bool] = [], weight: Float = 1) -> [[Float]] {
    let loss = bench.tape.contrastiveLoss(
      bench.tape.unitLength(left), bench.tape.unitLength(right), scale: scale, leftOut: leftOut,
      weight: weight, divisor: Double(left.value.rows))
    bench.tape.runBackward()
    return [
      [Float(loss.mean)], bench.gradient(left), bench.gradient(right), bench.gradient(scale.logarithm),
    ]
  }
}

/// In double, directly from the formula.
private func reference(_ x: RealMatrix, _ y: RealMatrix, logarithm: Double, leftOut: [Bool]) -> Double {
  func unit(_ row: [Double]) -> [Double] {
    let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return row.map { $0 / length }
  }
  let count = x.rows
  let z = (0..<count).map { i in
    (0..<count).map { j in
      exp(logarithm) * zip(unit(x[i]), unit(y[j])).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
  var sum = 0.0
  for i in 0..<count {
    let row = (0..<count).filter { $0 == i || leftOut.isEmpty || !leftOut[i * count + $0] }
    let column = (0..<count).filter { $0 == i || leftOut.isEmpty || !leftOut[$0 * count + i] }
    sum += log(row.reduce(0) { $0 + exp(z[i][$1]) }) - z[i][i]
    sum += log(column.reduce(0) { $0 + exp(z[$1][i]) }) - z[i][i]
  }
  return sum / Double(2 * count)
}

private let marks: [Bool] = {
  var marks = [Bool](repeating: false, count: 25)
  for place in [3, 15, 7] { marks[place] = true }
  return marks
}()

@Test(arguments: [false, true])
func theContrastiveLossIsPyTorchs(isMasked: Bool) {
  let figures = contrastiveFigures[isMasked ? 1 : 0]
  onEveryMachine(figures.map { Expected($0.name, $0.values) }, tolerance: 2e-6) { compute in
    Case(compute, sines(1, 5, 3), sines(2, 5, 3), logarithm: 2).results(leftOut: isMasked ? marks : [])
  }
}

@Test func itsGradientsAreThoseOfDifferences() {
  var random = RandomValues(3)
  let (x, y, logarithm) = (random.matrix(5, 4), random.matrix(5, 4), 1.3)
  let got = Case(Compute(threadCount: 1), x, y, logarithm: logarithm).results(leftOut: marks)
  #expect(abs(Double(got[0][0]) - reference(x, y, logarithm: logarithm, leftOut: marks)) < 1e-6)
  let step = 1e-5
  func slopes(_ matrix: RealMatrix, _ loss: (RealMatrix) -> Double) -> [Double] {
    matrix.values.indices.map { index in
      let ends = [step, -step].map { change in
        var values = matrix.values
        values[index] += change
        return loss(RealMatrix(matrix.rows, matrix.columns, values))
      }
      return (ends[0] - ends[1]) / (2 * step)
    }
  }
  let left = slopes(x) { reference($0, y, logarithm: logarithm, leftOut: marks) }
  let right = slopes(y) { reference(x, $0, logarithm: logarithm, leftOut: marks) }
  #expect(relativeError(got[1], left) < 1e-5 && relativeError(got[2], right) < 1e-5)
  let along = [step, -step].map { reference(x, y, logarithm: logarithm + $0, leftOut: marks) }
  #expect(relativeError(got[3], [(along[0] - along[1]) / (2 * step)]) < 1e-5)
}

@Test func bothDirectionsCountAlike() {
  var random = RandomValues(4)
  let (x, y) = (random.matrix(6, 3), random.matrix(6, 3))
  let one = Case(Compute(threadCount: 1), x, y, logarithm: 1).results()
  let other = Case(Compute(threadCount: 1), y, x, logarithm: 1).results()
  #expect(relativeError(one[0], other[0].map(Double.init)) < 1e-6)
  #expect(relativeError(one[1], other[2].map(Double.init)) < 1e-5)
  #expect(relativeError(one[2], other[1].map(Double.init)) < 1e-5)
}

/// A left-out copy of a pair is no longer contrasted with it.
@Test func whatBelongsTogetherIsNotToldApart() {
  let x = RealMatrix([[1, 0], [1, 0], [0, 1]])
  let apart = Case(Compute(threadCount: 1), x, x, logarithm: 3).results()
  var marks = [Bool](repeating: false, count: 9)
  (marks[1], marks[3]) = (true, true)
  let together = Case(Compute(threadCount: 1), x, x, logarithm: 3).results(leftOut: marks)
  #expect(apart[0][0] > 0.4 && together[0][0] < 1e-6, "\(apart[0]) \(together[0])")
}

@Test func aLonePairIsToldFromNothing() {
  let results = Case(Compute(threadCount: 1), RealMatrix([[3, 4]]), RealMatrix([[1, 2]]), logarithm: 1)
    .results()
  #expect(results.allSatisfy { $0.allSatisfy { $0 == 0 } })
}

@Test func theScaleStaysBelowItsBound() {
  // Pairs that match favour a larger scale, those that do not a smaller one.
  let (x, y) = (RealMatrix([[1, 0], [0, 1]]), RealMatrix([[0, 1], [1, 0]]))
  let asksForMore = Case(Compute(threadCount: 1), x, x, logarithm: 2).results()
  #expect(asksForMore[3][0] < 0)
  let atBound = Case(Compute(threadCount: 1), x, x, logarithm: 9)
  #expect(atBound.results()[3] == [0] && atBound.bench.weights.scale(atBound.scale) < 100.001)
  let asksForLess = Case(Compute(threadCount: 1), x, y, logarithm: 9).results()
  #expect(asksForLess[3][0] > 0 && asksForLess[0][0].isFinite)
}
