import DiscernTensor
import Testing

private let lengths = [9, 7, 7, 5, 4, 3, 2, 1, 1]

private func check(
  _ h: [RealMatrix], _ dPooled: RealMatrix, forward: (RealMatrix) -> [Double],
  backward: (RealMatrix, [Double]) -> RealMatrix, operation: (Tape, Variable, PackedLayout) -> Variable
) {
  let dh = h.indices.map { backward(h[$0], dPooled[$0]) }
  onEveryMachine([Expected("pooled", RealMatrix(h.map(forward))), Expected("h", packed(dh))]) { compute in
    let bench = Bench(compute: compute)
    let input = bench.variable(packed(h))
    let pooled = operation(bench.tape, input, PackedLayout(lengths: h.map(\.rows)))
    bench.runBackward(pooled, dPooled)
    return [bench.value(pooled), bench.gradient(input)]
  }
}

@Test(arguments: [2, 6, 34, 100]) func simplePoolingIsTheReference(features: Int) {
  var random = RandomValues(features)
  let h = random.sequences(lengths, features)
  let dPooled = random.matrix(lengths.count, features)
  check(h, dPooled, forward: ReferencePooling.max, backward: ReferencePooling.maxBackward) {
    $0.maxPooling($1, layout: $2)
  }
  check(h, dPooled, forward: ReferencePooling.mean, backward: ReferencePooling.meanBackward) {
    $0.meanPooling($1, layout: $2)
  }
  for directions in [1, 2] {
    check(
      h, dPooled, forward: { ReferencePooling.lastState($0, directions: directions) },
      backward: { ReferencePooling.lastStateBackward($0, $1, directions: directions) },
      operation: { $0.lastStatePooling($1, layout: $2, directions: directions) })
  }
}

@Test func amongEqualValuesTheFirstTokenGetsTheGradientOfTheLargest() {
  let h = [RealMatrix([[1, -1], [2, -1], [2, -1]]), RealMatrix([[0, -5]])]
  check(
    h, RealMatrix([[1, 10], [100, 1000]]), forward: ReferencePooling.max,
    backward: ReferencePooling.maxBackward
  ) { $0.maxPooling($1, layout: $2) }
  let dh = ReferencePooling.maxBackward(h[0], [1, 10])
  #expect(dh == RealMatrix([[0, 10], [1, 0], [0, 0]]))
}

/// All poolings over the same states, side by side: their gradients sum.
@Test func fanOutSumsGradients() {
  let features = 6
  var random = RandomValues(7)
  let h = random.sequences(lengths, features)
  let dPooled = random.matrix(lengths.count, 5 * features)
  let additive = random.attention(features: features, units: 7)
  let linear = random.attention(features: features, units: nil)
  var layout = ParameterLayout()
  let additiveParameters = AttentionParameters(
    &layout, prefix: "a", inputSize: features, attentionSize: 7)
  let linearParameters = AttentionParameters(
    &layout, prefix: "l", inputSize: features, attentionSize: nil)
  guard let projection = additiveParameters.projection, let bias = projection.bias,
    let own = additive.projection
  else {
    Issue.record("additive attention has a projection with a bias")
    return
  }

  var (dAdditive, dLinear) = (additive.zeros, linear.zeros)
  let pooled = h.map {
    ReferencePooling.max($0) + additive.forward($0) + ReferencePooling.mean($0) + linear.forward($0)
      + ReferencePooling.lastState($0, directions: 2)
  }
  let dh = h.indices.map { n -> RealMatrix in
    let parts = (0..<5).map { Array(dPooled[n][$0 * features..<($0 + 1) * features]) }
    var sum = ReferencePooling.maxBackward(h[n], parts[0])
    sum.add(additive.backward(h[n], parts[1], &dAdditive))
    sum.add(ReferencePooling.meanBackward(h[n], parts[2]))
    sum.add(linear.backward(h[n], parts[3], &dLinear))
    sum.add(ReferencePooling.lastStateBackward(h[n], parts[4], directions: 2))
    return sum
  }
  onEveryMachine([
    Expected("pooled", RealMatrix(pooled)), Expected("h", packed(dh)),
    Expected("additive", dAdditive.score), Expected("linear", dLinear.score),
  ]) { compute in
    let values = [
      (additiveParameters.score, additive.score), (projection.weight, own.weight.values),
      (bias, own.bias), (linearParameters.score, linear.score),
    ]
    let bench = Bench(layout, values, compute: compute)
    let (tape, packing) = (bench.tape, PackedLayout(lengths: lengths))
    let input = bench.variable(packed(h))
    let result = tape.concatenate([
      tape.maxPooling(input, layout: packing),
      tape.attentionPooling(input, layout: packing, additiveParameters).pooled,
      tape.meanPooling(input, layout: packing),
      tape.attentionPooling(input, layout: packing, linearParameters).pooled,
      tape.lastStatePooling(input, layout: packing, directions: 2),
    ])
    bench.runBackward(result, dPooled)
    return [
      bench.value(result), bench.gradient(input), bench.gradient(additiveParameters.score),
      bench.gradient(linearParameters.score),
    ]
  }
}

@Test func oneMatrixBesideNothingIsItself() {
  let bench = Bench(compute: Compute(threadCount: 1))
  let input = bench.variable(RealMatrix([[1, 2]]))
  #expect(bench.tape.concatenate([input]) === input)
}
