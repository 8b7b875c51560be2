import CDiscernKernels
import DiscernTensor
import Foundation
import Testing

/// Adam in double (Kingma and Ba 2015), weight decay decoupled (Loshchilov and Hutter 2019).
private struct ReferenceAdam {
  var m: [Double]
  var v: [Double]
  var t = 0

  init(count: Int) {
    m = [Double](repeating: 0, count: count)
    v = m
  }

  mutating func step(_ w: inout [Double], _ gradient: [Double], rate: Double, decay: Double = 0) {
    t += 1
    for i in w.indices {
      m[i] = 0.9 * m[i] + 0.1 * gradient[i]
      v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i]
      let (mHat, vHat) = (m[i] / (1 - pow(0.9, Double(t))), v[i] / (1 - pow(0.999, Double(t))))
      w[i] = w[i] - rate * decay * w[i] - rate * mHat / (vHat.squareRoot() + 1e-8)
    }
  }
}

private func options(step: Int, rate: Float, decay: Float, scale: Float = 1) -> discern_adam {
  discern_adam(
    learning_rate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: decay,
    gradient_scale: scale, correction1: Float(1 - pow(0.9, Double(step))),
    correction2: Float(1 - pow(0.999, Double(step))))
}

@Test(arguments: [1, 3, 8, 17, 50, 129], [0, 0.1]) func adamIsTheReference(size: Int, decay: Double) {
  for family in KernelFamily.available {
    let kernels = Compute(family: family, threadCount: 1).kernels
    var random = RandomValues(size)
    var expected = random.values(size)
    var reference = ReferenceAdam(count: size)
    let (w, m, v) = (GuardedFloats(expected), GuardedFloats(reference.m), GuardedFloats(reference.v))
    for step in 1...20 {
      // Gradients of many magnitudes; the scale is clipping's.
      let gradient = random.values(size).map { $0 * $0 * $0 * 10 }
      reference.step(&expected, gradient.map { 0.5 * $0 }, rate: 0.01, decay: decay)
      var adam = options(step: step, rate: 0.01, decay: Float(decay), scale: 0.5)
      kernels.adam(size, &adam, gradient.map { Float($0) }, w.pointer, m.pointer, v.pointer)
    }
    #expect(relativeError(w.values, expected) < 2e-6, "\(family.name)")
    #expect(relativeError(m.values, reference.m) < 2e-6, "\(family.name)")
    #expect(relativeError(v.values, reference.v) < 2e-5, "\(family.name)")  // 1 - 0.999 in single
    #expect(w.isIntact && m.isIntact && v.isIntact, "\(family.name)")
  }
}

// torch 2.13, float64: torch.optim.AdamW([fill(1, 5)], lr=0.01, weight_decay=0 or 0.1), gradients
// fill(50), fill(51), fill(52); fill as in TorchFiguresTests.swift.
private let torchAdam: [(decay: Double, weights: [Double])] = [
  (
    0,
    [0.8397769175440726, 0.9626286289540604, 0.6477397442675565, 0.020743363626801868, -0.6186579388766366]
  ),
  (
    0.1,
    [0.837239526425485, 0.9596860670883021, 0.6457453462081246, 0.02064735498569529, -0.6168027959369284]
  ),
]

@Test(arguments: torchAdam) func adamIsPyTorchs(decay: Double, expected: [Double]) {
  var own = sines(1, 5)
  var reference = ReferenceAdam(count: 5)
  for step in 0..<3 { reference.step(&own, sines(50 + step, 5), rate: 0.01, decay: decay) }
  #expect(zip(own, expected).allSatisfy { abs($0 - $1) < 1e-14 })
  for family in KernelFamily.available {
    let kernels = Compute(family: family, threadCount: 1).kernels
    let zeros = [Float](repeating: 0, count: 5)
    let (w, m, v) = (GuardedFloats(sines(1, 5)), GuardedFloats(zeros), GuardedFloats(zeros))
    for step in 0..<3 {
      var adam = options(step: step + 1, rate: 0.01, decay: Float(decay))
      kernels.adam(5, &adam, sines(50 + step, 5).map { Float($0) }, w.pointer, m.pointer, v.pointer)
    }
    #expect(zip(w.values, expected).allSatisfy { abs(Double($0) - $1) < 2e-7 }, "\(family.name)")
  }
}

@Test func optimizerMovesDenseWeightsAndTheRowsOfAStep() {
  var random = RandomValues(1)
  var layout = ParameterLayout()
  let weight = layout.add("weight", [700, 41])  // more than the 16,384 floats of a task
  let table = random.matrix(9, 5)
  let start = random.matrix(700, 41)
  let steps = 3
  let gradients = (0..<steps).map { _ in (dense: random.matrix(700, 41), rows: random.matrix(3, 5)) }
  let ids = [[3, 0, 5], [5, 2, 3], [3, 4, 0]]

  // The reference: a row's own moments move only when it is among the step's, but all rows count
  // steps alike (as PyTorch's SparseAdam).
  var dense = start.values
  var denseAdam = ReferenceAdam(count: dense.count)
  var rows = (0..<9).map { table[$0] }
  var rowAdam = (0..<9).map { _ in ReferenceAdam(count: 5) }
  for step in 0..<steps {
    denseAdam.step(&dense, gradients[step].dense.values.map { 0.5 * $0 }, rate: 0.01)
    for (index, id) in ids[step].enumerated() where id != 0 {
      rowAdam[id].t = step
      rowAdam[id].step(&rows[id], gradients[step].rows[index].map { 0.5 * $0 }, rate: 0.01)
    }
  }
  onEveryMachine([Expected("dense", dense), Expected("table", RealMatrix(rows))], tolerance: 1e-6) {
    compute in
    let bench = Bench(layout, [(weight, start.values)], table: table, compute: compute)
    let optimizer = Optimizer(.adam, weights: bench.weights)
    guard let own = bench.gradients else { return [] }
    for step in 0..<steps {
      own.reset()
      own[weight].copy(gradients[step].dense.values)
      bench.runBackward(
        bench.tape.embedding(bench.words, ids[step].map { Int32($0) }), gradients[step].rows)
      optimizer.step(bench.weights, own, learningRate: 0.01, factors: [1], gradientScale: 0.5, compute)
    }
    #expect(optimizer.stepCount == steps)
    let embedding = bench.weights[bench.words].array
    #expect(Array(embedding[..<5]) == Array(table.floats[..<5]), "<pad> moved")
    #expect(Array(embedding[5..<10]) == Array(table.floats[5..<10]), "a row in no batch moved")
    return [bench.array(bench.weights[weight]), embedding]
  }
}

/// Weights unfrozen later begin as if training began then: earlier gradients leave nothing in the moments.
@Test(arguments: OptimizerKind.allCases) func whatWaitsBeginsAnew(kind: OptimizerKind) {
  var random = RandomValues(3)
  var layout = ParameterLayout()
  let weight = layout.add("weight", [3, 4])
  let (table, start) = (random.matrix(5, 4), random.matrix(3, 4))
  let gradients = (0..<3).map { _ in (dense: random.matrix(3, 4), rows: random.matrix(2, 4)) }
  func run(waiting: Int) -> [[Float]] {
    let bench = Bench(
      layout, [(weight, start.values)], table: table, compute: Compute(threadCount: 1))
    let optimizer = Optimizer(kind, weights: bench.weights)
    guard let own = bench.gradients else { return [] }
    for step in (2 - waiting)..<3 {
      own.reset()
      own[weight].copy(gradients[step].dense.values)
      bench.runBackward(bench.tape.embedding(bench.words, [2, 3]), gradients[step].rows)
      optimizer.step(
        bench.weights, own, learningRate: 0.1, factors: [step < 2 ? 0 : 1],
        gradientScale: step < 2 ? 100 : 0.5, Compute(threadCount: 1))
    }
    return [bench.array(bench.weights[weight]), bench.weights[bench.words].array]
  }
  #expect(run(waiting: 2) == run(waiting: 0))
  #expect(run(waiting: 0)[0] != start.floats)
}

@Test func normCountsDenseGradientsAndRowsButNotPadding() {
  var random = RandomValues(2)
  var layout = ParameterLayout()
  let weight = layout.add("weight", [3, 7])
  let (dense, rows) = (random.matrix(3, 7), random.matrix(3, 5))
  for compute in KernelFamily.available.map({ Compute(family: $0, threadCount: 2) }) {
    let bench = Bench(layout, table: random.matrix(9, 5), compute: compute)
    bench.gradients?[weight].copy(dense.values)
    bench.runBackward(bench.tape.embedding(bench.words, [4, 0, 2]), rows)
    let expected = dot(dense.values, dense.values) + dot(rows[0], rows[0]) + dot(rows[2], rows[2])
    let squares = bench.gradients?.squares(compute)
    #expect(abs((squares?.norm ?? 0) - expected.squareRoot()) < 1e-12)
    #expect(squares?.parts.map(\.name) == ["weight", "words"])
    #expect(squares?.parts.map(\.elements) == [21, 15])
  }
}

/// A factor of 0 leaves weights and rows as they are while their moments advance; 1 is as without a factor.
@Test(arguments: [OptimizerKind.adamW, .sgd]) func factorsAreByDepth(kind: OptimizerKind) {
  var random = RandomValues(7)
  var layout = ParameterLayout()
  let low = layout.add("low.weight", [3, 16])
  layout.depth = 1
  let high = layout.add("high.weight", [5, 7])
  let table = random.matrix(4, 3)
  let starts = [low, high].map { ($0, random.values($0.count)) }
  let gradients = [low, high].map { ($0, random.values($0.count)) }
  let rows = random.matrix(1, 3)
  let compute = Compute(threadCount: 1)
  func steps(_ factors: [[Float]]) -> [[Float]] {
    let bench = Bench(layout, starts, table: table, compute: compute)
    guard let own = bench.gradients else { return [] }
    let optimizer = Optimizer(kind, weights: bench.weights, weightDecay: 0.1)
    for factors in factors {
      own.reset()
      for (parameter, values) in gradients { own[parameter].copy(values) }
      bench.runBackward(bench.tape.embedding(bench.words, [2]), rows)
      optimizer.step(
        bench.weights, own, learningRate: 0.5, factors: factors, gradientScale: 1, compute)
    }
    return [low, high].map { bench.weights[$0].array } + [bench.weights[bench.words].array]
  }
  let (still, plain, half) = (steps([[1, 0]]), steps([[1, 1]]), steps([[1, 0.5]]))
  #expect(still[1] == starts[1].1.map { Float($0) })
  #expect(still[0] == plain[0] && half[0] == plain[0] && plain[1] != still[1])
  // The bench's table is declared last.
  #expect(still[2] == table.floats && plain[2] != still[2])
  for (start, (whole, half)) in zip(starts[1].1, zip(plain[1], half[1])) {
    #expect(abs(2 * (Double(half) - start) - (Double(whole) - start)) < 1e-5)
  }
  // Equal gradients: Adam's second step is as long as its first, also where the first was none.
  if kind == .adamW {
    for (first, (start, late)) in zip(plain[2], zip(still[2], steps([[1, 0], [1, 1]])[2])) {
      #expect(abs((first - start) - (late - start)) < 1e-4)
    }
  }
}

/// Decay is decoupled and touches matrices, not biases and not word vectors.
@Test(arguments: [OptimizerKind.adamW, .sgd]) func weightDecayTouchesMatricesAlone(kind: OptimizerKind) {
  var random = RandomValues(6)
  var layout = ParameterLayout()
  let first = layout.add("first.weight", [5, 7])
  let bias = layout.add("first.bias", [5])
  let second = layout.add("second.weight", [3, 5])
  let starts = [first, bias, second].map { ($0, random.values($0.count)) }
  let table = random.matrix(4, 3)
  let compute = Compute(threadCount: 1)
  let bench = Bench(layout, starts, table: table, compute: compute)
  guard let gradients = bench.gradients else { return }
  let optimizer = Optimizer(kind, weights: bench.weights, weightDecay: 0.1)
  bench.runBackward(bench.tape.embedding(bench.words, [2]), RealMatrix(1, 3))
  optimizer.step(bench.weights, gradients, learningRate: 0.5, factors: [1], gradientScale: 1, compute)
  for (parameter, start) in starts {
    let keep = parameter == bias ? 1 : 1 - 0.5 * 0.1
    #expect(
      relativeError(bench.array(bench.weights[parameter]), start.map { keep * $0 }) < 1e-6,
      "\(parameter.name)")
  }
  #expect(bench.weights[bench.words].array == table.floats)
}

// torch 2.13, float64: torch.optim.SGD([fill(1, 5)], lr=0.1, momentum=0.9), gradients fill(50), fill(51),
// fill(52); fill as in TorchFiguresTests.swift.
@Test func momentumIsPyTorchs() {
  var (velocity, expected) = ([Double](repeating: 0, count: 5), sines(1, 5))
  var layout = ParameterLayout()
  let weight = layout.add("weight", [1, 5])
  let compute = Compute(threadCount: 1)
  let bench = Bench(layout, [(weight, expected)], compute: compute)
  let optimizer = Optimizer(.sgd, weights: bench.weights, momentum: 0.9)
  for step in 0..<3 {
    let gradient = sines(50 + step, 5)
    for i in 0..<5 {
      velocity[i] = 0.9 * velocity[i] + gradient[i]
      expected[i] -= 0.1 * velocity[i]
    }
    bench.gradients?[weight].copy(gradient)
    if let gradients = bench.gradients {
      optimizer.step(bench.weights, gradients, learningRate: 0.1, factors: [1], gradientScale: 1, compute)
    }
  }
  #expect(relativeError(bench.array(bench.weights[weight]), expected) < 1e-6)
  #expect(zip(expected, torchMomentum).allSatisfy { abs($0 - $1) < 1e-12 })
}

private let torchMomentum = [
  0.6865682675473714, 0.6243814906741388, 0.26853834250694486, -0.21360258416861283, -0.595282877877229,
]
