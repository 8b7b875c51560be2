import DiscernTensor
import Testing

/// 21 sequences, so that they fall into two groups.
private let lengths = [13, 13, 12, 11, 11, 10, 10, 10, 10, 9, 8, 8, 7, 6, 5, 5, 5, 4, 3, 2, 1]

/// Segments whose states are carried from one to the next are a layer that is cut at the same steps: values
/// bit by bit, and every gradient.
@Test(arguments: [1, 5, 12]) func segmentsThatCarryStatesAreOneCutSequence(window: Int) {
  func check<Cell: ReferenceCell>(_: Cell.Type) {
    var random = RandomValues(window)
    let x = random.sequences(lengths, 5)
    let dY = random.sequences(lengths, 9)
    let test = RecurrentCase(random.layer(Cell.self, inputs: 5, hidden: 9, directions: 1))
    var gradient = test.layer.zeros
    let dX = test.layer.backward(x, dY, window: window, &gradient)
    onEveryMachine(
      [Expected("y", packed(test.layer.forward(x))), Expected("x", packed(dX))] + test.expected(gradient),
      comment: "\(Cell.self)"
    ) { compute in
      let bench = Bench(test.layout, test.values, compute: compute)
      var (outputs, gradients): ([Float], [Float]) = ([], [])
      var state: RecurrentState?
      for start in stride(from: 0, to: lengths[0], by: window) {
        let (part, dPart) = (segment(x, start, window), segment(dY, start, window))
        let input = bench.variable(packed(part))
        let result = bench.tape.recurrentLayer(
          input, rows: nil, layout: PackedLayout(lengths: part.map(\.rows)), test.parameters[0], from: state)
        state = result.state
        outputs += bench.value(result.output)
        bench.runBackward(result.output, packed(dPart))
        gradients += bench.gradient(input)
      }
      let whole = test.run(
        packed(x), rows: nil, lengths, packed(dY), compute, window: window)
      #expect(bits([outputs]) == bits([whole[0]]))
      return [outputs, gradients] + test.values.map { bench.gradient($0.0) }
    }
  }
  check(ReferenceLSTM.self)
  check(ReferenceGRU.self)
  check(ReferenceRNN.self)
}

/// Some steps of the sequences that are long enough.
private func segment(_ sequences: [RealMatrix], _ start: Int, _ count: Int) -> [RealMatrix] {
  sequences.filter { $0.rows > start }.map { sequence in
    RealMatrix((start..<min(start + count, sequence.rows)).map { sequence[$0] })
  }
}
