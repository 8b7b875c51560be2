import DiscernTensor
import Testing

/// Texts longer than a block (64 tokens), and shorter than a window.
private let lengths = [200, 131, 64, 9, 2, 1]

private struct Inputs {
  let q, k, v, d: [RealMatrix]

  init(_ lengths: [Int], features: Int, seed: Int) {
    var random = RandomValues(seed)
    q = random.sequences(lengths, features, within: 2)
    k = random.sequences(lengths, features, within: 2)
    v = random.sequences(lengths, features)
    d = random.sequences(lengths, features)
  }

  /// The context, and the gradients of q, k and v.
  func results(_ compute: Compute, heads: Int, window: Int?, isCausal: Bool = false) -> [[Float]] {
    let bench = Bench(compute: compute)
    let inputs = [q, k, v].map { bench.variable(packed($0)) }
    let output = bench.tape.selfAttention(
      query: inputs[0], key: inputs[1], value: inputs[2], layout: PackedLayout(lengths: q.map(\.rows)),
      heads: heads, isCausal: isCausal, reach: window.map { .window($0) } ?? .all)
    bench.runBackward(output, packed(d))
    return [bench.value(output)] + inputs.map { bench.gradient($0) }
  }
}

@Test(arguments: [0, 1, 5, 64, 70], [false, true])
func attentionInAWindowIsTheMaskedReference(window: Int, isCausal: Bool) {
  let inputs = Inputs(lengths, features: 6, seed: window)
  let reference = ReferenceSelfAttention(heads: 2, isCausal: isCausal, window: window)
  let backward = lengths.indices.map {
    reference.backward(inputs.q[$0], inputs.k[$0], inputs.v[$0], inputs.d[$0])
  }
  let forward = lengths.indices.map { reference.forward(inputs.q[$0], inputs.k[$0], inputs.v[$0]) }
  let expected = [
    Expected("context", packed(forward)), Expected("q", packed(backward.map(\.q))),
    Expected("k", packed(backward.map(\.k))), Expected("v", packed(backward.map(\.v))),
  ]
  onEveryMachine(expected, tolerance: 2e-5) {
    inputs.results($0, heads: 2, window: window, isCausal: isCausal)
  }
}

/// The reference's own gradients, by differences.
@Test func theMaskedReferenceIsItsOwnGradient() {
  let reference = ReferenceSelfAttention(heads: 2, isCausal: false, window: 2)
  let inputs = Inputs([7], features: 4, seed: 3)
  let all = [inputs.q[0], inputs.k[0], inputs.v[0]]
  let gradients = reference.backward(all[0], all[1], all[2], inputs.d[0])
  for (index, gradient) in [gradients.q, gradients.k, gradients.v].enumerated() {
    checkGradient("input \(index)", at: all[index].values, gradient.values) { values in
      var moved = all
      moved[index] = RealMatrix(7, 4, values)
      let context = reference.forward(moved[0], moved[1], moved[2])
      return zip(context.values, inputs.d[0].values).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
}

/// Values and gradients: a window as long as the longest text masks nothing.
@Test(arguments: [false, true]) func aWindowOfTheWholeTextGivesTheSameBits(isCausal: Bool) {
  let inputs = Inputs(lengths, features: 12, seed: 8)
  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: 2)
    let whole = inputs.results(compute, heads: 3, window: nil, isCausal: isCausal)
    for window in [200, 1000, Int.max] {
      let windowed = inputs.results(compute, heads: 3, window: window, isCausal: isCausal)
      #expect(bits(windowed) == bits(whole), "\(family.name), \(window)")
    }
    #expect(inputs.results(compute, heads: 3, window: 100, isCausal: isCausal)[0] != whole[0])
  }
}

@Test func aTextAloneHasTheSameAttentionInAWindow() {
  let sequences = Inputs([170, 70, 9, 1], features: 12, seed: 7).q
  for family in KernelFamily.available {
    expectTheSameAlone(sequences, columns: 12, family.name) { sequences in
      let bench = Bench(compute: Compute(family: family, threadCount: 2), isRecording: false)
      let input = bench.variable(packed(sequences))
      return bench.value(
        bench.tape.selfAttention(
          query: input, key: input, value: input, layout: PackedLayout(lengths: sequences.map(\.rows)),
          heads: 3, reach: .window(20)))
    }
  }
}

/// A token changes no bit of those that do not see it.
@Test func nothingReachesBeyondTheWindow() {
  var random = RandomValues(8)
  let before = random.sequences([180], 8)[0]
  var after = before
  for column in 0..<8 { after[100, column] += 1 }
  for family in KernelFamily.available {
    let results = [before, after].map { sequence in
      let bench = Bench(compute: Compute(family: family, threadCount: 1), isRecording: false)
      let input = bench.variable(sequence)
      return bench.value(
        bench.tape.selfAttention(
          query: input, key: input, value: input, layout: PackedLayout(lengths: [180]), heads: 2,
          reach: .window(10)))
    }
    for token in 0..<180 {
      let rows = results.map { bits([Array($0[8 * token..<8 * token + 8])]) }
      #expect((rows[0] == rows[1]) == (abs(token - 100) > 10), "\(family.name), token \(token)")
    }
  }
}
