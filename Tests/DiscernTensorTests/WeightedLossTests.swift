import DiscernTensor
import Foundation
import Testing

private let settings: [(smoothing: Double, gamma: Double)] = [
  (0, 0), (0.1, 0), (0, 2), (0.1, 2), (0.3, 0.5), (0, 1), (0.2, 5),
]

@Test(arguments: settings) func weightedCrossEntropyIsTheReference(smoothing: Double, gamma: Double) {
  var random = RandomValues(7)
  let (rows, classes) = (9, 4)
  let logits = random.matrix(rows, classes, within: 4)
  var labels = random.integers(rows, below: classes)
  labels[2] = -1
  labels[8] = -1
  let weights = ReferenceLosses.Weights(
    classes: random.values(classes).map { abs($0) + 0.25 }, rows: random.values(rows).map { abs($0) })
  // ε as a float.
  let epsilon = Double(Float(smoothing))
  func loss(_ z: RealMatrix) -> Double {
    0.5 * ReferenceLosses.crossEntropy(z, labels, smoothing: epsilon, weights, gamma: gamma)
  }
  let gradient = ReferenceLosses.gradient(at: logits, loss)
  onEveryMachine([Expected("loss", [loss(logits)]), Expected("logits", gradient)]) { compute in
    let bench = Bench(compute: compute)
    let input = bench.variable(logits)
    let result = bench.tape.meanCrossEntropy(
      input, labels: labels.map { Int32($0) }, smoothing: Float(smoothing),
      classWeights: weights.classes.map { Float($0) }, rowWeights: weights.rows.map { Float($0) },
      focal: Float(gamma), weight: 0.5)
    bench.tape.runBackward()
    return [[Float(result.loss)], bench.gradient(input)]
  }
}

@Test(arguments: settings) func binaryCrossEntropyIsTheReference(smoothing: Double, gamma: Double) {
  var random = RandomValues(8)
  let (rows, classes) = (8, 5)
  let logits = random.matrix(rows, classes, within: 4)
  let sets: [[Int32]] = [[], [0, 3], [4], [0, 1, 2, 3, 4]]
  let numbers: [Int32] = [0, 1, 2, -1, 3, 1, 0, -1]
  let labels = numbers.map { $0 < 0 ? nil : sets[Int($0)].map { Int($0) } }
  let weights = ReferenceLosses.Weights(
    classes: random.values(classes).map { 3 * abs($0) + 0.25 }, rows: random.values(rows).map { abs($0) })
  let epsilon = Double(Float(smoothing))
  func loss(_ z: RealMatrix) -> Double {
    0.5 * ReferenceLosses.binaryCrossEntropy(z, labels, smoothing: epsilon, weights, gamma: gamma)
  }
  let gradient = ReferenceLosses.gradient(at: logits, loss)
  onEveryMachine([
    Expected("loss", [loss(logits)]), Expected("logits", gradient),
    Expected("probabilities", logits.values.map { 1 / (1 + exp(-$0)) }),
  ]) { compute in
    let bench = Bench(compute: compute)
    let input = bench.variable(logits)
    let result = bench.tape.meanBinaryCrossEntropy(
      input, labels: numbers, sets: sets, smoothing: Float(smoothing),
      classWeights: weights.classes.map { Float($0) }, rowWeights: weights.rows.map { Float($0) },
      focal: Float(gamma), weight: 0.5)
    bench.tape.runBackward()
    return [[Float(result.loss)], bench.gradient(input), bench.array(result.probabilities)]
  }
}

// PyTorch 2.13, float64:
//
//   z = torch.tensor([[math.sin(1.3 * i + 0.5 * j) * 2 for j in range(3)] for i in range(4)],
//   requires_grad=True) y = torch.tensor([2, 0, 1, 2]); w = torch.tensor([0.5, 2.0, 1.25])
//   torch.nn.CrossEntropyLoss(weight=w, label_smoothing=0.125)(z, y).backward()
//   t = torch.tensor([[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]]).double()
//   torch.nn.BCEWithLogitsLoss(pos_weight=w)(z, t).backward()
//   p = torch.softmax(z, 1)[torch.arange(4), y]; (-(1 - p) ** 2 * torch.log(p)).mean().backward()
private let torchFigures: [(loss: Double, gradient: [Double])] = [
  (
    1.1335084580645696,
    [
      0.023641817624460406, 0.05587725842059975, -0.07951907604506014, -0.047150996990930505,
      0.028774577099663336, 0.018376419891267166, 0.24424271845197545, -0.2703889677373748,
      0.02614624928539933, 0.1124023646351284, 0.052106373594424146, -0.16450873822955253,
    ]
  ),
  (
    1.2598137831693041,
    [
      -0.020833333333333332, 0.060240976056795424, -0.01632357255215731, 0.07274415850643255,
      0.07293292633631868, 0.06802415626552107, -0.010953739482693842, -0.0798702737212421,
      -0.0737360131780672, 0.01681062396295511, -0.14504229038482042, 0.010244764118718488,
    ]
  ),
  (
    0.49457897964898667,
    [
      0.011338696782577868, 0.029579230617938126, -0.040917927400515995, -0.13294233394893046,
      0.08137831886473755, 0.05156401508419292, 0.17563885347978309, -0.20149081005795916,
      0.025851956578176023, 0.12452251728011557, 0.07346541357237728, -0.19798793085249283,
    ]
  ),
]

@Test func weightedLossesArePyTorchs() {
  let z = RealMatrix((0..<4).map { i in (0..<3).map { j in 2 * sin(1.3 * Double(i) + 0.5 * Double(j)) } })
  let w: [Float] = [0.5, 2, 1.25]
  let losses: [(Tape, Variable) -> Double] = [
    { $0.meanCrossEntropy($1, labels: [2, 0, 1, 2], smoothing: 0.125, classWeights: w).loss },
    {
      $0.meanBinaryCrossEntropy(
        $1, labels: [0, 1, 2, 3], sets: [[0, 2], [], [0, 1, 2], [1]], smoothing: 0, classWeights: w
      ).loss
    },
    { $0.meanCrossEntropy($1, labels: [2, 0, 1, 2], smoothing: 0, focal: 2).loss },
  ]
  for (expected, loss) in zip(torchFigures, losses) {
    onEveryMachine(
      [Expected("loss", [expected.loss]), Expected("logits", expected.gradient)], tolerance: 1e-6
    ) { compute in
      let bench = Bench(compute: compute)
      let input = bench.variable(z)
      let value = loss(bench.tape, input)
      bench.tape.runBackward()
      return [[Float(value)], bench.gradient(input)]
    }
  }
}

/// Without weights the bits are those of the loss without any.
@Test func weightsOfOneChangeNoBit() {
  var random = RandomValues(9)
  let logits = random.matrix(6, 3, within: 5)
  func run(_ classes: [Float]?, _ rows: [Float]?) -> [[UInt32]] {
    let bench = Bench(compute: Compute(threadCount: 1))
    let input = bench.variable(logits)
    let result = bench.tape.meanCrossEntropy(
      input, labels: [0, 1, 2, 2, 1, 0], smoothing: 0.1, classWeights: classes, rowWeights: rows)
    bench.tape.runBackward()
    return bits([[Float(result.loss)], bench.gradient(input)])
  }
  let plain = run(nil, nil)
  #expect(run([1, 1, 1], Array(repeating: 1, count: 6)) == plain)
  #expect(run([1, 2, 1], nil) != plain)
  #expect(run(nil, [1, 1, 1, 1, 1, 2]) != plain)
}

@Test func rowsWithoutLabelsAreAsIfTheyWereNotThere() {
  var random = RandomValues(10)
  let logits = random.matrix(4, 3, within: 2)
  let some = RealMatrix([logits[1], logits[3]])
  func run(_ logits: RealMatrix, _ labels: [Int32]) -> (loss: Double, gradient: [Float]) {
    let bench = Bench(compute: Compute(threadCount: 1))
    let input = bench.variable(logits)
    let loss = bench.tape.meanCrossEntropy(input, labels: labels, smoothing: 0.1).loss
    bench.tape.runBackward()
    return (loss, bench.gradient(input))
  }
  let (all, few) = (run(logits, [-1, 2, -1, 0]), run(some, [2, 0]))
  #expect(all.loss == few.loss)
  #expect(Array(all.gradient[3..<6]) == Array(few.gradient[0..<3]))
  #expect(Array(all.gradient[9..<12]) == Array(few.gradient[3..<6]))
  #expect((all.gradient[0..<3] + all.gradient[6..<9]).allSatisfy { $0 == 0 })
}

@Test func whereNothingCountsThereIsNoLossAndNoGradient() {
  let logits = RealMatrix([[1, 2], [3, -4]])
  for (labels, rows): ([Int32], [Float]?) in [([-1, -1], nil), ([0, 1], [0, 0])] {
    let bench = Bench(compute: Compute(threadCount: 1))
    let (input, other) = (bench.variable(logits), bench.variable(logits))
    let single = bench.tape.meanCrossEntropy(input, labels: labels, smoothing: 0.1, rowWeights: rows)
    let multiple = bench.tape.meanBinaryCrossEntropy(
      other, labels: labels, sets: [[0], [1]], smoothing: 0.1, rowWeights: rows)
    bench.tape.runBackward()
    #expect(single.loss == 0 && multiple.loss == 0)
    #expect(bench.gradient(input).isEmpty && bench.gradient(other).isEmpty)
  }
}

@Test(arguments: [0, 0.5, 2]) func lossesOfLogitsFarApartOverflowNothing(gamma: Float) {
  let bench = Bench(compute: Compute(threadCount: 1))
  let logits = RealMatrix([[1e30, -1e30], [-3e38, 3e38], [90, -90], [-200, 200]])
  let (input, other) = (bench.variable(logits), bench.variable(logits))
  let single = bench.tape.meanCrossEntropy(
    input, labels: [0, 1, 0, 1], smoothing: 0, classWeights: [1, 3], focal: gamma)
  let multiple = bench.tape.meanBinaryCrossEntropy(
    other, labels: [0, 1, 0, 1], sets: [[0], [1]], smoothing: 0, focal: gamma)
  bench.tape.runBackward()
  #expect(single.loss == 0 && multiple.loss < 1e-35)
  #expect((bench.gradient(input) + bench.gradient(other)).allSatisfy { $0.isFinite && abs($0) < 1e-20 })
}

@Test func binaryLogitsThatAreNoNumbersMakeALossThatIsNone() {
  for value in [Double.nan, .infinity] {
    let bench = Bench(compute: Compute(threadCount: 1))
    let input = bench.variable(RealMatrix([[1, 2], [value, 0]]))
    let loss = bench.tape.meanBinaryCrossEntropy(input, labels: [0, 0], sets: [[1]], smoothing: 0.1).loss
    #expect(!loss.isFinite)
  }
}
