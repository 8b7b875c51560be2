import CDiscernKernels
import DiscernIO
import DiscernTensor
import Testing

/// The bits of a number in bfloat16, by the definition: the nearer of two neighbours, the even one of two
/// equally near.
private func half(_ x: Float) -> UInt16 {
  if x.isNaN { return UInt16(truncatingIfNeeded: x.bitPattern >> 16) | 0x40 }
  let below = UInt16(truncatingIfNeeded: x.bitPattern >> 16)
  let rest = x.bitPattern & 0xFFFF
  return rest > 0x8000 || rest == 0x8000 && below % 2 == 1 ? below + 1 : below
}

@Test func numbersAreRoundedToHalfTheirBits() {
  var random = RandomValues(3)
  let special: [Float] = [
    0, -0.0, 1, -1, .infinity, -.infinity, .nan, -.nan, .signalingNaN, .greatestFiniteMagnitude,
    .leastNonzeroMagnitude, Float(bitPattern: 0x7F80_0001), Float(bitPattern: 0x3F80_8000),
    Float(bitPattern: 0x3F81_8000), Float(bitPattern: 0x3F80_7FFF), Float(bitPattern: 0x7F7F_8000),
  ]
  let drawn = random.matrix(31, 33).values.map { Float($0) }
  for count in [1, 7, 16, 33, 1000] {
    let x = Array((special + drawn).prefix(count))
    for family in KernelFamily.available + KernelFamily.exact {
      let kernels = Compute(family: family, threadCount: 1).kernels
      // One more value after it, which must not change.
      var halves = [UInt16](repeating: 0xABCD, count: count + 1)
      kernels.narrow(count, x, &halves)
      #expect(halves == x.map(half) + [0xABCD], "\(family.name), \(count)")
      let back = GuardedFloats([Float](repeating: 1, count: count))
      kernels.widen(count, halves, back.pointer)
      #expect(
        back.values.map(\.bitPattern) == halves.dropLast().map { UInt32($0) << 16 } && back.isIntact,
        "\(family.name), \(count)")
    }
  }
}

/// 90 sequences of 1,080 tokens, which are more than one chunk.
private let lengths = (0..<90).map { 23 - $0 / 4 }.map { max($0, 1) }

/// States are those of full precision, bit by bit; gradients are near them, for any number of threads the
/// same, and not the same as in full precision.
@Test(arguments: [1, 2], [nil, 9]) func gradientsFromHalfTheBitsAreNear(directions: Int, window: Int?) {
  func check<Cell: ReferenceCell>(_: Cell.Type) {
    var random = RandomValues(7)
    let test = RecurrentCase(random.layer(Cell.self, inputs: 5, hidden: 9, directions: directions))
    let x = packed(random.sequences(lengths, 5))
    let dY = packed(random.sequences(lengths, directions * 9))
    let words = random.matrix(40, 5)
    let rows = TokenRows(
      rowOfToken: random.integers(lengths.reduce(0, +), below: 40).map { Int32($0) }, rowCount: 40)
    let masks = (0..<directions).map {
      DropoutMask(
        probability: 0.2, stream: RandomStream(seed: 1, purpose: .weightDropout, counter: 0, number: $0))
    }
    for (input, rows) in [(x, nil), (words, rows)] {
      for masks in [[], masks] {
        func run(_ activations: ActivationStorage, _ compute: Compute) -> [[Float]] {
          test.run(
            input, rows: rows, lengths, dY, compute, weightDropout: masks, window: window,
            activations: activations)
        }
        for family in KernelFamily.available {
          let compute = Compute(family: family, threadCount: 1)
          let (whole, half) = (run(.float32, compute), run(.bfloat16, compute))
          #expect(bits([half[0]]) == bits([whole[0]]))
          for (half, whole) in zip(half, whole).dropFirst() {
            #expect(relativeError(half, whole.map { Double($0) }) <= 1e-2, "\(Cell.self), \(family.name)")
          }
          // A window's values are computed once more and never kept.
          #expect((bits(half) == bits(whole)) == (window != nil), "\(Cell.self)")
          #expect(bits(run(.bfloat16, Compute(family: family, threadCount: 3))) == bits(half))
        }
      }
    }
  }
  check(ReferenceLSTM.self)
  check(ReferenceGRU.self)
  check(ReferenceRNN.self)
}

/// Initial states contribute to the recurrent weights' gradient in each chunk.
@Test func statesToBeginFromCountInHalfTheBitsToo() {
  var random = RandomValues(11)
  let count = 900
  let test = RecurrentCase(random.layer(ReferenceLSTM.self, inputs: 3, hidden: 6, directions: 1))
  let segments = (0..<2).map { _ in random.matrix(2 * count, 3) }
  let changes = random.matrix(2 * count, 6)
  func gradients(_ activations: ActivationStorage) -> [[Float]] {
    let bench = Bench(
      test.layout, test.values, compute: Compute(threadCount: 2), activations: activations)
    var state: RecurrentState?
    for segment in segments {
      let (output, next) = bench.tape.recurrentLayer(
        bench.variable(segment), rows: nil, layout: PackedLayout(lengths: [Int](repeating: 2, count: count)),
        test.parameters[0], from: state)
      state = next
      bench.runBackward(output, changes)
    }
    return test.values.map { bench.gradient($0.0) }
  }
  for (half, whole) in zip(gradients(.bfloat16), gradients(.float32)) {
    #expect(relativeError(half, whole.map { Double($0) }) <= 1e-2)
  }
}
