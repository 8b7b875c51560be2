import DiscernTensor
import Testing

@Test func gradientsOfTheReferenceNorms() {
  var random = RandomValues(1)
  let (x, dY) = (random.matrix(7, 4), random.matrix(7, 4))
  func loss(_ y: RealMatrix) -> Double { dot(y.values, dY.values) }
  let layer = ReferenceLayerNorm(weight: random.values(4), bias: random.values(4))
  var gradient = ReferenceLayerNorm(weight: [0, 0, 0, 0], bias: [0, 0, 0, 0])
  checkGradient("layer x", at: x.values, layer.backward(x, dY, &gradient).values, tolerance: 1e-5) {
    loss(layer.forward(RealMatrix(7, 4, $0)))
  }
  checkGradient("layer weight", at: layer.weight, gradient.weight) {
    loss(ReferenceLayerNorm(weight: $0, bias: layer.bias).forward(x))
  }
  checkGradient("layer bias", at: layer.bias, gradient.bias) {
    loss(ReferenceLayerNorm(weight: layer.weight, bias: $0).forward(x))
  }
  let groups = [[0, 1, 2, 3], [4, 5, 6]]
  let batch = ReferenceBatchNorm(weight: random.values(4), bias: random.values(4), groups: groups)
  var sums = ReferenceBatchNorm(weight: [0, 0, 0, 0], bias: [0, 0, 0, 0], groups: groups)
  checkGradient("batch x", at: x.values, batch.backward(x, dY, &sums).values, tolerance: 1e-5) {
    loss(batch.forward(RealMatrix(7, 4, $0)))
  }
  checkGradient("batch weight", at: batch.weight, sums.weight) {
    loss(ReferenceBatchNorm(weight: $0, bias: batch.bias, groups: groups).forward(x))
  }
  checkGradient("batch bias", at: batch.bias, sums.bias) {
    loss(ReferenceBatchNorm(weight: batch.weight, bias: $0, groups: groups).forward(x))
  }
}

/// 401 rows: three of the blocks that tasks take. A mean far from zero costs no precision.
@Test(arguments: [1, 5, 16, 33], [0, 100]) func layerNormIsTheReference(features: Int, shift: Double) {
  var random = RandomValues(features)
  var x = random.matrix(401, features)
  for index in x.values.indices { x.values[index] = Double(Float(x.values[index] + shift)) }
  let (dY, first) = (random.matrix(401, features), random.matrix(401, features))
  let reference = ReferenceLayerNorm(weight: random.values(features), bias: random.values(features))
  let zeros = [Double](repeating: 0, count: features)
  var gradient = ReferenceLayerNorm(weight: zeros, bias: zeros)
  let dX = reference.backward(x, dY, &gradient)
  var sum = dX
  sum.add(first)
  var layout = ParameterLayout()
  let parameters = LayerNormParameters(&layout, prefix: "norm", size: features)
  onEveryMachine(
    [
      Expected("y", reference.forward(x)), Expected("weight", gradient.weight),
      Expected("bias", gradient.bias), Expected("x", dX), Expected("sum", sum),
    ], tolerance: shift == 0 ? 5e-6 : 3e-4
  ) { compute in
    func run(isUsedTwice: Bool) -> [[Float]] {
      let bench = Bench(
        layout, [(parameters.weight, reference.weight), (parameters.bias, reference.bias)], compute: compute)
      let input = bench.variable(x)
      let y = bench.tape.layerNorm(input, parameters)
      if isUsedTwice { input.gradientToAddTo(bench.tape).matrix.copy(first.values) }
      bench.runBackward(y, dY)
      return [
        bench.value(y), bench.gradient(parameters.weight), bench.gradient(parameters.bias),
        bench.gradient(input),
      ]
    }
    return run(isUsedTwice: false) + [run(isUsedTwice: true)[3]]
  }
}

/// 100 sequences of 2 to 9 tokens: every step has several, all together make three blocks.
private let lengths = (0..<100).map { 9 - $0 * 8 / 100 }.map { max($0, 2) }

private func rows(_ layout: PackedLayout, isPerStep: Bool) -> [[Int]] {
  isPerStep
    ? (0..<layout.stepCount).map { Array(layout.offsets[$0]..<layout.offsets[$0 + 1]) }
    : [Array(0..<layout.tokenCount)]
}

@Test(arguments: [1, 5, 33], [false, true]) func batchNormIsTheReference(features: Int, isPerStep: Bool) {
  var random = RandomValues(features)
  let layout = PackedLayout(lengths: lengths)
  let count = layout.tokenCount
  let (x, dY, first) = (
    random.matrix(count, features), random.matrix(count, features), random.matrix(count, features)
  )
  let zeros = [Double](repeating: 0, count: features)
  let groups = rows(layout, isPerStep: isPerStep)
  let reference = ReferenceBatchNorm(
    weight: random.values(features), bias: random.values(features), groups: groups)
  var gradient = ReferenceBatchNorm(weight: zeros, bias: zeros, groups: groups)
  let dX = reference.backward(x, dY, &gradient)
  var sum = dX
  sum.add(first)
  let means = groups.flatMap { group in
    (0..<features).map { j in 0.1 * ReferenceNorm.mean(group.map { x[$0, j] }) }
  }
  let variances = groups.flatMap { group in
    (0..<features).map { j in
      let n = Double(group.count)
      return 0.9 + 0.1 * ReferenceNorm.variance(group.map { x[$0, j] }) * n / (n - 1)
    }
  }
  var parameterLayout = ParameterLayout()
  let parameters = BatchNormParameters(
    &parameterLayout, prefix: "norm", size: features, stepLimit: isPerStep ? layout.stepCount : nil)
  onEveryMachine([
    Expected("y", reference.forward(x)), Expected("weight", gradient.weight),
    Expected("bias", gradient.bias), Expected("running_mean", means), Expected("running_var", variances),
    Expected("x", dX), Expected("sum", sum),
  ]) { compute in
    func run(isUsedTwice: Bool) -> [[Float]] {
      let bench = Bench(parameterLayout, compute: compute)
      bench.weights.initialise(seed: 1)
      bench.weights[parameters.weight].copy(reference.weight)
      bench.weights[parameters.bias].copy(reference.bias)
      let input = bench.variable(x)
      let y = bench.tape.temporalBatchNorm(input, layout: layout, parameters)
      if isUsedTwice { input.gradientToAddTo(bench.tape).matrix.copy(first.values) }
      bench.runBackward(y, dY)
      return [
        bench.value(y), bench.gradient(parameters.weight), bench.gradient(parameters.bias),
        bench.array(bench.weights[parameters.runningMean]),
        bench.array(bench.weights[parameters.runningVariance]), bench.gradient(input),
      ]
    }
    return run(isUsedTwice: false) + [run(isUsedTwice: true)[5]]
  }
}

/// A layer of one feature with statistics for three steps, and its weights.
private struct Steps {
  let layout: ParameterLayout
  let parameters: BatchNormParameters
  let weights: Weights

  init(stepLimit: Int? = 3) {
    var layout = ParameterLayout()
    parameters = BatchNormParameters(&layout, prefix: "norm", size: 1, stepLimit: stepLimit)
    self.layout = layout
    weights = Weights(layout: layout)
    weights.initialise(seed: 1)
  }

  /// y and dx for dy = 1.
  func run(
    _ lengths: [Int], _ values: [Double], isRecording: Bool = true, keepsStatistics: Bool = false
  ) -> (y: [Float], dx: [Float]) {
    let workspace = Workspace()
    let tape = Tape(
      compute: Compute(threadCount: 1), workspace: workspace, weights: weights,
      gradients: isRecording ? Gradients(layout: layout) : nil, keepsStatistics: keepsStatistics)
    let input = Variable(workspace.matrix(values.count, 1))
    input.value.copy(values)
    return withExtendedLifetime(workspace) {
      let y = tape.temporalBatchNorm(input, layout: PackedLayout(lengths: lengths), parameters)
      y.gradientToAddTo(tape).matrix.fill(1)
      tape.runBackward()
      return (y.value.array, input.gradient?.array ?? [])
    }
  }

  var mean: [Float] { weights[parameters.runningMean].array }
  var variance: [Float] { weights[parameters.runningVariance].array }
  var seen: Float? { parameters.stepsSeen.map { weights[$0].pointer[0] } }
}

private func isClose(_ a: [Float], _ b: [Float]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) }
}

/// Steps that no batch of several texts has reached take the last known step's statistics, at inference and
/// for a text that is alone at its step; such a step moves nothing.
@Test func stepsWithoutStatisticsTakeTheLastOnes() {
  let norm = Steps()
  // Steps 0 and 1 have two texts each; step 2 one.
  _ = norm.run([3, 2], [4, 8, 10, 30, 7])
  #expect(norm.seen == 2)
  #expect(isClose(norm.mean, [0.6, 2, 0]))
  #expect(isClose(norm.variance, [0.9 + 0.8, 0.9 + 20, 1]))
  // Alone at every step: the running statistics, and nothing moves.
  let alone = norm.run([4], [0.6, 2, 2, 2 + 20.9.squareRoot()])
  #expect(isClose(alone.y, [0, 0, 0, 1]))
  #expect(isClose(alone.dx, [1.7, 20.9, 20.9, 20.9].map { 1 / Float($0).squareRoot() }))
  #expect(norm.seen == 2 && isClose(norm.mean, [0.6, 2, 0]))
  // At inference, also beyond the stored steps.
  let used = norm.run([5, 5], [0.6, 0.6, 2, 2, 2, 2, 2, 2, 2, 2], isRecording: false)
  #expect(isClose(used.y, [Float](repeating: 0, count: 10)))
  #expect(norm.seen == 2)
  // A new step begins with the last one's statistics; what lies beyond the limit is not kept.
  let more = norm.run([4, 4], [0, 0, 0, 0, 1, 3, 1, 3])
  #expect(norm.seen == 3)
  #expect(isClose(norm.mean, [0.54, 1.8, 0.9 * 1.8 + 0.2]))
  #expect(isClose(Array(more.y[4...]), [-1, 1, -1, 1]))
}

@Test func aSecondPassMovesNoStatistics() {
  for limit in [nil, 3] {
    let norm = Steps(stepLimit: limit)
    let first = norm.run([2, 2], [1, 3, 5, 9])
    let (mean, variance, seen) = (norm.mean, norm.variance, norm.seen)
    let second = norm.run([2, 2], [1, 3, 5, 9], keepsStatistics: true)
    #expect(second.y == first.y)
    #expect(norm.mean == mean && norm.variance == variance && norm.seen == seen)
  }
}

@Test func statesAreCopiedWithTheWeightsAndHaveNoGradient() {
  let norm = Steps()
  _ = norm.run([2, 2], [1, 3, 5, 9])
  let copy = Weights(copying: norm.weights)
  let updated = Weights(layout: norm.layout)
  updated.update(from: norm.weights)
  for state in norm.layout.states {
    #expect(copy[state].array == norm.weights[state].array)
    #expect(updated[state].array == norm.weights[state].array)
    #expect(norm.weights[state].array.contains { $0 != 0 })
  }
  #expect(norm.layout.states.map(\.name) == ["norm.running_mean", "norm.running_var", "norm.steps_seen"])
  #expect(norm.layout.parameters.map(\.name) == ["norm.weight", "norm.bias"])
  #expect(norm.layout.count == 32)
}

@Test func sumsOfVariablesAndTheirGradients() {
  var random = RandomValues(7)
  let (a, b, dY) = (random.matrix(200, 101), random.matrix(200, 101), random.matrix(200, 101))
  var sum = a
  sum.add(b)
  var twice = dY
  twice.add(dY)
  onEveryMachine([Expected("y", sum), Expected("a", dY), Expected("b", dY), Expected("both", twice)]) {
    compute in
    let bench = Bench(compute: compute)
    let (first, second) = (bench.variable(a), bench.variable(b))
    let y = bench.tape.add(first, second)
    bench.runBackward(y, dY)
    let both = bench.variable(a)
    bench.runBackward(bench.tape.add(both, both), dY)
    return [bench.value(y), bench.gradient(first), bench.gradient(second), bench.gradient(both)]
  }
}
