import DiscernTensor
import Testing

@Test(arguments: [2, 3, 20], [0, 0.1, 0.9])
func crossEntropyIsTheReference(classes: Int, smoothing: Double) {
  var random = RandomValues(classes)
  let rows = 7
  let logits = random.matrix(rows, classes, within: 6)
  let labels = random.integers(rows, below: classes)
  let weight = 0.25
  let loss = ReferenceCrossEntropy.loss(logits, labels, smoothing: smoothing)
  let gradient = ReferenceCrossEntropy.gradient(logits, labels, smoothing: smoothing)
  onEveryMachine([
    Expected("loss", [weight * loss]),
    Expected("probabilities", RealMatrix((0..<rows).map { softmax(logits[$0]) })),
    Expected("logits", gradient.values.map { weight * $0 }),
  ]) { compute in
    let bench = Bench(compute: compute)
    let input = bench.variable(logits)
    let result = bench.tape.meanCrossEntropy(
      input, labels: labels.map { Int32($0) }, smoothing: Float(smoothing), weight: Float(weight))
    bench.tape.runBackward()
    return [[Float(result.loss)], bench.array(result.probabilities), bench.gradient(input)]
  }
}

@Test func lossesOfSeveralHeadsAddTheirGradients() {
  var random = RandomValues(1)
  let logits = random.matrix(3, 4)
  var gradient = ReferenceCrossEntropy.gradient(logits, [0, 1, 2], smoothing: 0.1)
  gradient.add(ReferenceCrossEntropy.gradient(logits, [3, 3, 0], smoothing: 0))
  let bench = Bench(compute: Compute(threadCount: 1))
  let input = bench.variable(logits)
  _ = bench.tape.meanCrossEntropy(input, labels: [0, 1, 2], smoothing: 0.1)
  _ = bench.tape.meanCrossEntropy(input, labels: [3, 3, 0], smoothing: 0)
  bench.tape.runBackward()
  #expect(relativeError(bench.gradient(input), gradient.values) < 1e-6)
}

@Test func logitsFarApartOverflowNothing() {
  let bench = Bench(compute: Compute(threadCount: 1))
  let input = bench.variable(RealMatrix([[1e30, -1e30], [-3e38, 3e38], [90, -90]]))
  let result = bench.tape.meanCrossEntropy(input, labels: [0, 1, 0], smoothing: 0)
  bench.tape.runBackward()
  #expect(result.loss == 0)
  #expect(bench.array(result.probabilities) == [1, 0, 0, 1, 1, 0])
  #expect(bench.gradient(input).allSatisfy { $0.isFinite })
}

@Test func aLogitThatIsNoNumberMakesALossThatIsNone() {
  for value in [Double.nan, .infinity] {
    let bench = Bench(compute: Compute(threadCount: 1))
    let input = bench.variable(RealMatrix([[1, 2], [value, 0]]))
    #expect(!bench.tape.meanCrossEntropy(input, labels: [0, 1], smoothing: 0.1).loss.isFinite)
  }
}

@Test func rowsWithoutALabelDoNotCount() {
  var random = RandomValues(4)
  let logits = random.matrix(4, 3)
  let bench = Bench(compute: Compute(threadCount: 1))
  let (all, some) = (bench.variable(logits), bench.variable(RealMatrix([logits[1], logits[3]])))
  let loss = bench.tape.meanCrossEntropy(all, labels: [-1, 2, -1, 0], smoothing: 0.1)
  let expected = bench.tape.meanCrossEntropy(some, labels: [2, 0], smoothing: 0.1)
  bench.tape.runBackward()
  #expect(loss.loss == expected.loss)
  let (got, wanted) = (bench.gradient(all), bench.gradient(some))
  #expect(got[0..<3].allSatisfy { $0 == 0 } && got[6..<9].allSatisfy { $0 == 0 })
  #expect(Array(got[3..<6]) == Array(wanted[0..<3]) && Array(got[9..<12]) == Array(wanted[3..<6]))
}

@Test func withoutAnyLabelThereIsNoLossAndNoGradient() {
  let bench = Bench(compute: Compute(threadCount: 1))
  let input = bench.variable(RealMatrix([[1, 2], [0, 3]]))
  #expect(bench.tape.meanCrossEntropy(input, labels: [-1, -1], smoothing: 0.1).loss == 0)
  bench.tape.runBackward()
  #expect(bench.gradient(input).isEmpty)
}

/// Over a large vocabulary rows are spread over the threads: every number has the same bits on any of them.
@Test(arguments: [Float(0), 2]) func crossEntropyIsTheSameOnAnyThreads(focal: Float) {
  var random = RandomValues(9)
  let (rows, classes) = (41, 1_500)
  let logits = random.matrix(rows, classes, within: 6)
  let labels = random.integers(rows, below: classes).enumerated().map { $0 % 7 == 3 ? -1 : Int32($1) }
  func bits(_ threads: Int) -> [[UInt64]] {
    let bench = Bench(compute: Compute(threadCount: threads))
    let input = bench.variable(logits)
    let result = bench.tape.crossEntropy(
      input, labels: labels, smoothing: 0.1, focal: focal, divisor: Double(rows))
    bench.tape.runBackward()
    return [[result.loss.sum.bitPattern, result.loss.mass.bitPattern]]
      + [bench.array(result.probabilities), bench.gradient(input)].map { $0.map { UInt64($0.bitPattern) } }
  }
  let one = bits(1)
  #expect(one == bits(2) && one == bits(3) && one == bits(5))
}
