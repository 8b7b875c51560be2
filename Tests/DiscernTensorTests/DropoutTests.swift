import DiscernIO
import DiscernTensor
import Testing

/// Which elements are kept: each has 16 bits of its own, four to a draw.
func keptElements(_ count: Int, _ stream: RandomStream, _ probability: Double) -> [Bool] {
  (0..<count).map { index in
    Double(stream.bits(index / 4) >> UInt64(16 * (index % 4)) & 0xFFFF) >= (65536 * probability).rounded()
  }
}

/// [21, 1001]: more elements than the 8,192 that a task takes.
@Test(arguments: [0.1, 0.5, 0.9]) func dropoutIsTheReferenceWithTheStreamsMask(probability: Double) {
  var random = RandomValues(1)
  let (rows, columns) = (21, 1001)
  let x = random.matrix(rows, columns)
  let dY = random.matrix(rows, columns)
  let stream = RandomStream(seed: 5, purpose: .outputDropout, counter: 3)
  let mask = keptElements(rows * columns, stream, probability)
  let kept = Double(mask.filter(\.self).count) / Double(mask.count)
  #expect(abs(kept - (1 - probability)) < 0.015)
  onEveryMachine([
    Expected("y", ReferenceDropout.apply(x, mask: mask, probability: probability)),
    Expected("x", ReferenceDropout.apply(dY, mask: mask, probability: probability)),
  ]) { compute in
    let bench = Bench(compute: compute)
    let input = bench.variable(x)
    let y = bench.tape.dropout(input, probability: Float(probability), stream: stream)
    bench.runBackward(y, dY)
    return [bench.value(y), bench.gradient(input)]
  }
}

@Test func dropoutAddsToAGradientThatIsThere() {
  var random = RandomValues(2)
  let x = random.matrix(3, 7)
  let dY = random.matrix(3, 14)
  let stream = RandomStream(seed: 5, purpose: .layerDropout)
  let mask = keptElements(21, stream, 0.5)
  var dX = ReferenceDropout.apply(dY.columns(0..<7), mask: mask, probability: 0.5)
  dX.add(dY.columns(7..<14))
  onEveryMachine([Expected("x", dX)]) { compute in
    let bench = Bench(compute: compute)
    let input = bench.variable(x)
    let dropped = bench.tape.dropout(input, probability: 0.5, stream: stream)
    bench.runBackward(bench.tape.concatenate([dropped, input]), dY)
    return [bench.gradient(input)]
  }
}

@Test func withoutGradientsOrProbabilityDropoutDoesNothing() {
  let stream = RandomStream(seed: 1, purpose: .outputDropout)
  let matrix = RealMatrix([[1, 2, 3]])
  let silent = Bench(compute: Compute(threadCount: 1), isRecording: false)
  let input = silent.variable(matrix)
  #expect(silent.tape.dropout(input, probability: 0.5, stream: stream) === input)
  let recording = Bench(compute: Compute(threadCount: 1))
  let other = recording.variable(matrix)
  #expect(recording.tape.dropout(other, probability: 0, stream: stream) === other)
}

/// A feature is dropped or kept in all tokens of a sequence alike, and drawn again for the next sequence.
@Test(arguments: [1, 6, 33]) func lockedDropoutIsOneMaskASequence(features: Int) {
  var random = RandomValues(3)
  let lengths = [12, 9, 9, 4, 1]
  let layout = PackedLayout(lengths: lengths)
  let (x, dY) = (random.sequences(lengths, features), random.sequences(lengths, features))
  let first = random.sequences(lengths, features)  // a gradient that is there already
  let stream = RandomStream(seed: 5, purpose: .embeddingDropout, counter: 3)
  let kept = keptElements(lengths.count * features, stream, 0.4)
  func dropped(_ sequences: [RealMatrix]) -> RealMatrix {
    packed(
      sequences.enumerated().map { n, sequence in
        let mask = (0..<sequence.values.count).map { kept[n * features + $0 % features] }
        return ReferenceDropout.apply(sequence, mask: mask, probability: 0.4)
      })
  }
  var sum = dropped(dY)
  sum.add(packed(first))
  onEveryMachine([Expected("y", dropped(x)), Expected("x", dropped(dY)), Expected("sum", sum)]) { compute in
    func run(isUsedTwice: Bool) -> [[Float]] {
      let bench = Bench(compute: compute)
      let input = bench.variable(packed(x))
      let y = bench.tape.lockedDropout(input, layout: layout, probability: 0.4, stream: stream)
      if isUsedTwice { input.gradientToAddTo(bench.tape).matrix.copy(packed(first).values) }
      bench.runBackward(y, packed(dY))
      return [bench.value(y), bench.gradient(input)]
    }
    return run(isUsedTwice: false) + [run(isUsedTwice: true)[1]]
  }
}

@Test func rowDropoutDropsWholeRowsByTheirKeys() {
  var random = RandomValues(4)
  let keys: [Int32] = (0..<200).map { $0 * 3 }
  let (x, dY, first) = (random.matrix(200, 5), random.matrix(200, 5), random.matrix(200, 5))
  let stream = RandomStream(seed: 5, purpose: .wordDropout, counter: 3)
  let kept = keys.map { stream.uniform(Int($0)) >= 0.3 }
  #expect((0.6...0.8).contains(Double(kept.filter(\.self).count) / 200))
  let mask = kept.flatMap { [Bool](repeating: $0, count: 5) }
  let dX = ReferenceDropout.apply(dY, mask: mask, probability: 0.3)
  var sum = dX
  sum.add(first)
  onEveryMachine([
    Expected("y", ReferenceDropout.apply(x, mask: mask, probability: 0.3)), Expected("x", dX),
    Expected("sum", sum),
  ]) { compute in
    func run(isUsedTwice: Bool) -> [[Float]] {
      let bench = Bench(compute: compute)
      let input = bench.variable(x)
      let y = bench.tape.rowDropout(input, keys: keys, probability: 0.3, stream: stream)
      if isUsedTwice { input.gradientToAddTo(bench.tape).matrix.copy(first.values) }
      bench.runBackward(y, dY)
      return [bench.value(y), bench.gradient(input)]
    }
    return run(isUsedTwice: false) + [run(isUsedTwice: true)[1]]
  }
}

@Test func withoutGradientsNoKindOfDropoutDoesAnything() {
  let stream = RandomStream(seed: 1, purpose: .outputDropout)
  let silent = Bench(compute: Compute(threadCount: 1), isRecording: false)
  let input = silent.variable(RealMatrix([[1, 2, 3], [4, 5, 6]]))
  let layout = PackedLayout(lengths: [2])
  #expect(silent.tape.lockedDropout(input, layout: layout, probability: 0.5, stream: stream) === input)
  #expect(silent.tape.rowDropout(input, keys: [1, 2], probability: 0.5, stream: stream) === input)
}
