import DiscernTensor
import Testing

/// Which elements are kept: each has 16 bits of its own, four to a draw.
private func keptElements(_ count: Int, _ stream: RandomStream, _ probability: Double) -> [Bool] {
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
