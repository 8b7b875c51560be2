import DiscernIO
import DiscernTensor
import Testing

// Cells, dropped recurrent weights and truncation against the reference, in the cases that differ from the
// plain LSTM's (PackedLSTMTests.swift).

/// 26 sequences, so that they fall into several groups of eight or more.
private let lengths = [13, 13, 9, 8, 8, 7, 6, 5, 5, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1]

/// Values and every gradient of a layer of 1 or 2 directions, over tokens and over distinct words.
private func check<Cell: ReferenceCell>(
  _: Cell.Type, hidden: Int, inputs: Int, directions: Int, lengths: [Int] = lengths, window: Int? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  var random = RandomValues(100 * hidden + inputs)
  let dY = random.sequences(lengths, directions * hidden)
  let test = RecurrentCase(
    random.layer(Cell.self, inputs: inputs, hidden: hidden, directions: directions))
  let wordCount = 23
  // The last word never appears: its gradient is zero.
  let words = random.matrix(wordCount, inputs)
  let ids = lengths.map { random.integers($0, below: wordCount - 1) }
  let x = ids.map { ReferenceEmbedding.forward(words, $0) }
  var gradient = test.layer.zeros
  let dX = test.layer.backward(x, dY, window: window, &gradient)
  var dWords = RealMatrix(wordCount, inputs)
  for (ids, dX) in zip(ids, dX) { dWords.add(ReferenceEmbedding.backward(words, ids, dX)) }
  let comment = "\(Cell.self), H \(hidden), D \(inputs), window \(window ?? 0)"
  onEveryMachine(
    [Expected("y", packed(test.layer.forward(x))), Expected("x", packed(dX))] + test.expected(gradient),
    comment: comment, sourceLocation: sourceLocation
  ) { test.run(packed(x), rows: nil, lengths, packed(dY), $0, window: window) }
  let idOfToken = packed(ids.map { RealMatrix($0.map { [Double($0)] }) }).values.map { Int32($0) }
  let rows = TokenRows(rowOfToken: idOfToken, rowCount: wordCount)
  onEveryMachine(
    [Expected("y", packed(test.layer.forward(x))), Expected("words", dWords)] + test.expected(gradient),
    comment: "\(comment), words", sourceLocation: sourceLocation
  ) { test.run(words, rows: rows, lengths, packed(dY), $0, window: window) }
}

@Test(arguments: [1, 3, 17, 50], [1, 2])
func gatedAndPlainCellsAreTheReference(hidden: Int, directions: Int) {
  check(ReferenceGRU.self, hidden: hidden, inputs: 5, directions: directions)
  check(ReferenceRNN.self, hidden: hidden, inputs: 5, directions: directions)
}

/// Windows of one step, of some, and of one step less than the longest sequence.
@Test(arguments: [1, 3, 5, 12], [1, 2]) func truncatedGradientsAreTheReference(window: Int, directions: Int) {
  check(ReferenceLSTM.self, hidden: 7, inputs: 5, directions: directions, window: window)
  check(ReferenceGRU.self, hidden: 7, inputs: 5, directions: directions, window: window)
  check(ReferenceRNN.self, hidden: 7, inputs: 5, directions: directions, window: window)
}

/// Texts that begin and end before, at and after the steps at which an LSTM's cells are kept.
@Test(arguments: [nil, 16, 17, 40], [1, 2]) func cellsComputedOnceMoreAreTheReference(
  window: Int?, directions: Int
) {
  check(
    ReferenceLSTM.self, hidden: 7, inputs: 5, directions: directions,
    lengths: [49, 48, 47, 33, 32, 32, 31, 30, 18, 17, 17, 16, 16, 15, 15, 14, 2, 1, 1, 1], window: window)
}

/// A window as long as the longest sequence changes no bit; a shorter one changes no bit of the values, and
/// not what flows into sequences that are no longer than it.
@Test func aWindowLeavesValuesAndShortSequencesAlone() {
  var random = RandomValues(3)
  let x = packed(random.sequences(lengths, 5))
  let dY = packed(random.sequences(lengths, 18))
  let layout = PackedLayout(lengths: lengths)
  func check<Cell: ReferenceCell>(_: Cell.Type) {
    let test = RecurrentCase(random.layer(Cell.self, inputs: 5, hidden: 9, directions: 2))
    for family in KernelFamily.available {
      let compute = Compute(family: family, threadCount: 2)
      func run(_ window: Int?) -> [[Float]] {
        test.run(x, rows: nil, lengths, dY, compute, window: window)
      }
      let full = run(nil)
      #expect(bits(run(13)) == bits(full))
      let cut = run(5)
      #expect(bits([cut[0]]) == bits([full[0]]))
      #expect(bits(cut) != bits(full))
      for n in lengths.indices where lengths[n] <= 5 {
        for t in 0..<lengths[n] {
          let row = layout.offsets[t] + n
          // Both directions are added in another order.
          let expected = full[1][5 * row..<5 * row + 5].map { Double($0) }
          #expect(relativeError(Array(cut[1][5 * row..<5 * row + 5]), expected) < 1e-5)
        }
      }
    }
  }
  check(ReferenceLSTM.self)
  check(ReferenceGRU.self)
  check(ReferenceRNN.self)
}

/// The layer of weights times their masks, with the weights' gradients masked in turn.
@Test(arguments: [nil, 4]) func droppedRecurrentWeightsAreTheReference(window: Int?) {
  func check<Cell: ReferenceCell>(_: Cell.Type) {
    var random = RandomValues(4)
    let (hidden, probability) = (9, 0.4)
    let x = random.sequences(lengths, 5)
    let dY = random.sequences(lengths, 2 * hidden)
    let test = RecurrentCase(random.layer(Cell.self, inputs: 5, hidden: hidden, directions: 2))
    let masks = (0..<2).map {
      DropoutMask(
        probability: Float(probability), stream: RandomStream(seed: UInt64($0), purpose: .weightDropout))
    }
    var dropped = test.layer
    func mask(_ d: Int, _ weight: RealMatrix) -> RealMatrix {
      ReferenceDropout.apply(
        weight, mask: keptElements(weight.values.count, masks[d].stream, probability),
        probability: probability)
    }
    for d in 0..<2 {
      dropped.directions[d].recurrentWeight = mask(d, test.layer.directions[d].recurrentWeight)
    }
    var gradient = test.layer.zeros
    let dX = dropped.backward(x, dY, window: window, &gradient)
    for d in 0..<2 {
      gradient.directions[d].recurrentWeight = mask(d, gradient.directions[d].recurrentWeight)
    }
    onEveryMachine(
      [Expected("y", packed(dropped.forward(x))), Expected("x", packed(dX))] + test.expected(gradient),
      comment: "\(Cell.self)"
    ) { test.run(packed(x), rows: nil, lengths, packed(dY), $0, weightDropout: masks, window: window) }
  }
  check(ReferenceLSTM.self)
  check(ReferenceGRU.self)
  check(ReferenceRNN.self)
}

@Test func cellsWithoutGradientsHaveTheSameBits() {
  var random = RandomValues(10)
  let x = packed(random.sequences(lengths, 5))
  func check<Cell: ReferenceCell>(_: Cell.Type) {
    let test = RecurrentCase(random.layer(Cell.self, inputs: 5, hidden: 17, directions: 2))
    for family in KernelFamily.available {
      let outputs = [true, false].map { isRecording in
        let bench = Bench(
          test.layout, test.values, compute: Compute(family: family, threadCount: 2),
          isRecording: isRecording)
        return bench.value(
          bench.tape.recurrentLayer(
            bench.variable(x), rows: nil, layout: PackedLayout(lengths: lengths), directions: test.parameters,
            window: 3))
      }
      #expect(bits([outputs[0]]) == bits([outputs[1]]))
    }
  }
  check(ReferenceGRU.self)
  check(ReferenceRNN.self)
}

@Test func packedSequencesOfEveryCellAreThoseOfOneAtATime() {
  var random = RandomValues(11)
  let x = random.sequences(lengths, 5)
  func check<Cell: ReferenceCell>(_: Cell.Type) {
    let test = RecurrentCase(random.layer(Cell.self, inputs: 5, hidden: 9, directions: 2))
    for family in KernelFamily.available {
      func output(_ x: [RealMatrix]) -> [Float] {
        let bench = Bench(test.layout, test.values, compute: Compute(family: family, threadCount: 3))
        return bench.value(
          bench.tape.recurrentLayer(
            bench.variable(packed(x)), rows: nil, layout: PackedLayout(lengths: x.map(\.rows)),
            directions: test.parameters))
      }
      expectTheSameAlone(x, columns: 18, "\(Cell.self), \(family.name)", output)
    }
  }
  check(ReferenceGRU.self)
  check(ReferenceRNN.self)
}
