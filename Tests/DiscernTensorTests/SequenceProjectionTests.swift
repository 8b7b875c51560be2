import DiscernTensor
import Testing

/// Shorter than the number of rows, longer, and longer than the weights reach.
private let lengths = [120, 90, 64, 33, 9, 2, 1]

private struct ProjectionCase {
  var layout = ParameterLayout()
  let projection: SequenceProjection
  let reference: ReferenceSequenceProjection

  init(rows: Int, tokens: Int, groups: Int, seed: Int) {
    projection = SequenceProjection(&layout, name: "e", rows: rows, tokens: tokens, groups: groups)
    var random = RandomValues(seed)
    reference = ReferenceSequenceProjection(groups: (0..<groups).map { _ in random.matrix(rows, tokens) })
  }

  func bench(_ compute: Compute, isRecording: Bool = true) -> Bench {
    Bench(
      layout, [(projection.weight, reference.groups.flatMap(\.values))], compute: compute,
      isRecording: isRecording)
  }
}

@Test(arguments: [(40, 100), (5, 200), (70, 64), (1, 1)], [1, 3])
func projectionsAlongSequencesAreTheReference(shape: (rows: Int, tokens: Int), groups: Int) {
  let this = ProjectionCase(rows: shape.rows, tokens: shape.tokens, groups: groups, seed: shape.rows)
  var random = RandomValues(groups)
  let x = random.sequences(lengths, 6)
  let d = random.sequences(lengths.map { min($0, shape.rows) }, 6)
  var weights = this.reference.groups.map { RealMatrix($0.rows, $0.columns) }
  let dx = lengths.indices.map { this.reference.backward(x[$0], d[$0], weights: &weights) }
  let expected = [
    Expected("rows", packed(x.map(this.reference.forward))), Expected("x", packed(dx)),
    Expected("weight", weights.flatMap(\.values)),
  ]
  let layout = PackedLayout(lengths: lengths)
  #expect(this.projection.layout(of: layout).lengths == lengths.map { min($0, shape.rows) })
  onEveryMachine(expected) { compute in
    let bench = this.bench(compute)
    let input = bench.variable(packed(x))
    let output = bench.tape.project(input, by: this.projection, layout: layout)
    bench.runBackward(output, packed(d))
    return [bench.value(output), bench.gradient(input), bench.gradient(this.projection.weight)]
  }
}

/// Those of the reference, by differences.
@Test func theReferencesProjectionIsItsOwnGradient() {
  let this = ProjectionCase(rows: 3, tokens: 5, groups: 2, seed: 4)
  var random = RandomValues(5)
  let (x, d) = (random.matrix(6, 4), random.matrix(3, 4))
  var weights = this.reference.groups.map { RealMatrix($0.rows, $0.columns) }
  func loss(_ x: RealMatrix, _ reference: ReferenceSequenceProjection) -> Double {
    zip(reference.forward(x).values, d.values).reduce(0) { $0 + $1.0 * $1.1 }
  }
  let dx = this.reference.backward(x, d, weights: &weights)
  checkGradient("x", at: x.values, dx.values) { loss(RealMatrix(6, 4, $0), this.reference) }
  let all = this.reference.groups.flatMap(\.values)
  checkGradient("weight", at: all, weights.flatMap(\.values)) { values in
    let moved = [RealMatrix(3, 5, Array(values[..<15])), RealMatrix(3, 5, Array(values[15...]))]
    return loss(x, ReferenceSequenceProjection(groups: moved))
  }
}

/// Initially, projections with as many rows as the longest text has tokens change nothing: attention to
/// their rows equals full attention, and so do its gradients.
@Test(arguments: [1, 3]) func identitiesGiveWholeAttention(groups: Int) {
  var layout = ParameterLayout()
  let projections = ["k", "v"].map {
    SequenceProjection(&layout, name: $0, rows: 120, tokens: 120, groups: groups)
  }
  var random = RandomValues(9)
  let inputs = (0..<4).map { _ in packed(random.sequences(lengths, 12, within: 2)) }
  let packedLayout = PackedLayout(lengths: lengths)
  func results(_ compute: Compute, isProjected: Bool) -> [[Float]] {
    let bench = Bench(layout, compute: compute)
    for projection in projections {
      bench.weights[projection.weight].copy((0..<groups * 120 * 120).map { $0 % 14_400 % 121 == 0 ? 1 : 0 })
    }
    let own = inputs[..<3].map { bench.variable($0) }
    let output =
      isProjected
      ? bench.tape.crossAttention(
        query: own[0], layout: packedLayout,
        key: bench.tape.project(own[1], by: projections[0], layout: packedLayout),
        value: bench.tape.project(own[2], by: projections[1], layout: packedLayout),
        keyLayout: projections[0].layout(of: packedLayout), keySequences: Array(lengths.indices), heads: 3)
      : bench.tape.selfAttention(
        query: own[0], key: own[1], value: own[2], layout: packedLayout, heads: 3)
    bench.runBackward(output, inputs[3])
    return [bench.value(output)] + own.map { bench.gradient($0) }
  }
  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: 2)
    let (whole, projected) = (
      results(compute, isProjected: false), results(compute, isProjected: true)
    )
    for (index, values) in projected.enumerated() {
      #expect(relativeError(values, whole[index].map { Double($0) }) < 1e-6, "\(family.name), \(index)")
    }
  }
}

@Test func aTextAloneHasTheSameRows() {
  let this = ProjectionCase(rows: 40, tokens: 100, groups: 2, seed: 1)
  var random = RandomValues(2)
  let sequences = random.sequences(lengths, 6)
  for family in KernelFamily.available {
    func rows(_ sequences: [RealMatrix]) -> (values: [Float], layout: PackedLayout) {
      let layout = PackedLayout(lengths: sequences.map(\.rows))
      let bench = this.bench(Compute(family: family, threadCount: 2), isRecording: false)
      let output = bench.tape.project(bench.variable(packed(sequences)), by: this.projection, layout: layout)
      return (bench.value(output), this.projection.layout(of: layout))
    }
    let together = rows(sequences)
    for (index, sequence) in sequences.enumerated() {
      let alone = rows([sequence]).values
      for step in 0..<together.layout.lengths[index] {
        let place = 6 * (together.layout.offsets[step] + index)
        #expect(
          bits([Array(together.values[place..<place + 6])]) == bits([Array(alone[6 * step..<6 * step + 6])]),
          "\(family.name), sequence \(index), row \(step)")
      }
    }
  }
}
