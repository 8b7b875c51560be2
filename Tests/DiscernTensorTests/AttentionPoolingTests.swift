import DiscernTensor
import Testing

private let lengths = [9, 7, 7, 5, 4, 3, 2, 1, 1]

private struct Case {
  let reference: ReferenceAttention
  let parameters: AttentionParameters
  let layout: ParameterLayout

  init(_ reference: ReferenceAttention, features: Int) {
    self.reference = reference
    var layout = ParameterLayout()
    parameters = AttentionParameters(
      &layout, prefix: "attention", inputSize: features,
      attentionSize: reference.projection?.weight.rows)
    self.layout = layout
  }

  var values: [(Parameter, [Double])] {
    var result = [(parameters.score, reference.score)]
    if let projection = parameters.projection, let bias = projection.bias, let own = reference.projection {
      result += [(projection.weight, own.weight.values), (bias, own.bias)]
    }
    return result
  }

  func check(_ h: [RealMatrix], _ dPooled: RealMatrix) {
    var gradient = reference.zeros
    let dh = h.indices.map { reference.backward(h[$0], dPooled[$0], &gradient) }
    var expected = [
      Expected("pooled", RealMatrix(h.map(reference.forward))),
      Expected("attention", packed(h.map { RealMatrix(reference.attention($0).map { [$0] }) })),
      Expected("h", packed(dh)), Expected("score", gradient.score),
    ]
    if let projection = gradient.projection {
      expected += [
        Expected("projection.weight", projection.weight), Expected("projection.bias", projection.bias),
      ]
    }
    // The gradients of scores are small differences of larger numbers.
    onEveryMachine(expected, tolerance: 2e-5) { compute in
      let bench = Bench(layout, values, compute: compute)
      let input = bench.variable(packed(h))
      let result = bench.tape.attentionPooling(
        input, layout: PackedLayout(lengths: h.map(\.rows)), parameters)
      bench.runBackward(result.pooled, dPooled)
      return [bench.value(result.pooled), bench.array(result.attention), bench.gradient(input)]
        + values.map { bench.gradient($0.0) }
    }
  }
}

@Test(arguments: [1, 5, 34], [nil, 1, 7, 33])
func attentionPoolingIsTheReference(features: Int, units: Int?) {
  var random = RandomValues(100 * features + (units ?? 0))
  let h = random.sequences(lengths, features)
  let test = Case(random.attention(features: features, units: units), features: features)
  test.check(h, random.matrix(lengths.count, features))
}

/// More tokens than a task takes of the scores (1024) and of the keys (256).
@Test(arguments: [nil, 7]) func attentionOverLongTextsIsTheReference(units: Int?) {
  let lengths = [700, 500, 80, 1]
  var random = RandomValues(3)
  let h = random.sequences(lengths, 6)
  Case(random.attention(features: 6, units: units), features: 6).check(h, random.matrix(4, 6))
}

/// Scores far apart: all weight on one token, nothing overflows.
@Test func attentionWithLargeScoresIsTheReference() {
  var random = RandomValues(4)
  let h = random.sequences([6, 3, 2], 4)
  var attention = random.attention(features: 4, units: nil)
  attention.score = [300, -200, 150, 90]
  Case(attention, features: 4).check(h, random.matrix(3, 4))
}

@Test func attentionOfATextIsPositiveAndAddsUpToOne() {
  var random = RandomValues(5)
  let h = random.sequences(lengths, 5)
  let test = Case(random.attention(features: 5, units: 7), features: 5)
  let layout = PackedLayout(lengths: lengths)
  let bench = Bench(test.layout, test.values, compute: Compute(threadCount: 1))
  let attention = bench.array(
    bench.tape.attentionPooling(bench.variable(packed(h)), layout: layout, test.parameters).attention)
  for (n, length) in lengths.enumerated() {
    let own = (0..<length).map { attention[layout.offsets[$0] + n] }
    #expect(own.allSatisfy { $0 > 0 })
    #expect(abs(own.reduce(0, +) - 1) < 1e-6)
    if length == 1 { #expect(own == [1]) }
  }
}
