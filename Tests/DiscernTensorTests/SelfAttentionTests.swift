import DiscernTensor
import Foundation
import Testing

private func check(
  _ reference: ReferenceSelfAttention, lengths: [Int], features: Int, scale: Double = 1, seed: Int
) {
  var random = RandomValues(seed)
  func larger(_ sequences: [RealMatrix]) -> [RealMatrix] {
    sequences.map { RealMatrix($0.rows, $0.columns, $0.values.map { scale * $0 }) }
  }
  let q = larger(random.sequences(lengths, features))
  let k = larger(random.sequences(lengths, features))
  let v = random.sequences(lengths, features)
  let d = random.sequences(lengths, features)
  let backward = lengths.indices.map { reference.backward(q[$0], k[$0], v[$0], d[$0]) }
  let expected = [
    Expected("context", packed(lengths.indices.map { reference.forward(q[$0], k[$0], v[$0]) })),
    Expected("q", packed(backward.map(\.q))), Expected("k", packed(backward.map(\.k))),
    Expected("v", packed(backward.map(\.v))),
  ]
  onEveryMachine(expected, tolerance: 2e-5) { compute in
    let bench = Bench(compute: compute)
    let inputs = [q, k, v].map { bench.variable(packed($0)) }
    let output = bench.tape.selfAttention(
      query: inputs[0], key: inputs[1], value: inputs[2], layout: PackedLayout(lengths: lengths),
      heads: reference.heads, isCausal: reference.isCausal)
    bench.runBackward(output, packed(d))
    return [bench.value(output)] + inputs.map { bench.gradient($0) }
  }
}

@Test(arguments: [(1, 1), (4, 2), (6, 3), (36, 4)], [false, true])
func selfAttentionIsTheReference(shape: (features: Int, heads: Int), isCausal: Bool) {
  check(
    ReferenceSelfAttention(heads: shape.heads, isCausal: isCausal), lengths: [9, 7, 7, 5, 3, 1, 1],
    features: shape.features, seed: shape.features)
}

/// More tokens than scores that are computed together (64).
@Test(arguments: [false, true]) func selfAttentionOfLongTextsIsTheReference(isCausal: Bool) {
  check(
    ReferenceSelfAttention(heads: 2, isCausal: isCausal), lengths: [150, 64, 65, 1].sorted(by: >),
    features: 8,
    seed: 5)
}

/// Scores far apart: nothing overflows.
@Test func selfAttentionWithLargeScoresIsTheReference() {
  check(
    ReferenceSelfAttention(heads: 2, isCausal: false), lengths: [6, 4, 1], features: 8, scale: 9, seed: 6)
}

@Test func aTextAloneHasTheSameSelfAttention() {
  var random = RandomValues(7)
  let sequences = random.sequences([70, 9, 4, 1], 12)
  for family in KernelFamily.available {
    expectTheSameAlone(sequences, columns: 12, family.name) { sequences in
      let bench = Bench(compute: Compute(family: family, threadCount: 2), isRecording: false)
      let input = bench.variable(packed(sequences))
      return bench.value(
        bench.tape.selfAttention(
          query: input, key: input, value: input, layout: PackedLayout(lengths: sequences.map(\.rows)),
          heads: 3))
    }
  }
}

/// Later tokens change no bit of the earlier results of causal attention.
@Test func causalAttentionSeesNothingOfTheFuture() {
  var random = RandomValues(8)
  let before = random.sequences([80], 8)[0]
  var after = before
  for column in 0..<8 { after[50, column] += 1 }
  for family in KernelFamily.available {
    let results = [before, after].map { sequence in
      let bench = Bench(compute: Compute(family: family, threadCount: 1), isRecording: false)
      let input = bench.variable(sequence)
      return bench.value(
        bench.tape.selfAttention(
          query: input, key: input, value: input, layout: PackedLayout(lengths: [80]), heads: 2,
          isCausal: true))
    }
    #expect(bits([Array(results[0][..<400])]) == bits([Array(results[1][..<400])]), "\(family.name)")
    #expect(results[0][400...] != results[1][400...], "\(family.name)")
  }
}

@Test func geluIsTheReference() {
  let x = (-60...60).map { 0.15 * Double($0) } + [-30, 30, 1e-9]
  func share(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
  let d = x.indices.map { 0.5 + Double($0 % 7) }
  let expected = [
    Expected("gelu", x.map { $0 * share($0) }),
    Expected(
      "x", zip(x, d).map { $1 * (share($0) + $0 * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot()) }),
  ]
  onEveryMachine(expected, tolerance: 1e-6) { compute in
    let bench = Bench(compute: compute)
    let input = bench.variable(RealMatrix(x.count, 1, x))
    let output = bench.tape.gelu(input)
    bench.runBackward(output, RealMatrix(d.count, 1, d))
    return [bench.value(output), bench.gradient(input)]
  }
}
