import DiscernTensor
import Testing

/// 26 sequences, so that they fall into several groups of eight or more; 115 tokens.
private let lengths = [13, 13, 9, 8, 8, 7, 6, 5, 5, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1]

@Test(arguments: [1, 3, 8, 17, 50], [1, 5, 33])
func packedLSTMIsTheReference(hidden: Int, inputs: Int) {
  var random = RandomValues(100 * hidden + inputs)
  let x = random.sequences(lengths, inputs)
  let dY = random.sequences(lengths, 2 * hidden)
  let test = LSTMCase(random.lstm(inputs: inputs, hidden: hidden, directions: 2))
  var gradient = test.layer.zeros
  let dX = test.layer.backward(x, dY, &gradient)
  onEveryMachine(
    [Expected("y", packed(test.layer.forward(x))), Expected("x", packed(dX))] + test.expected(gradient)
  ) { test.run(packed(x), rows: nil, lengths, packed(dY), $0) }
}

@Test(arguments: [1, 3, 8, 17, 50], [1, 5, 33])
func packedLSTMOverDistinctWordsIsTheReference(hidden: Int, inputs: Int) {
  var random = RandomValues(200 * hidden + inputs)
  let wordCount = 23
  // The last word never appears: its gradient is zero.
  let words = random.matrix(wordCount, inputs)
  let ids = lengths.map { random.integers($0, below: wordCount - 1) }
  let x = ids.map { ReferenceEmbedding.forward(words, $0) }
  let dY = random.sequences(lengths, 2 * hidden)
  let test = LSTMCase(random.lstm(inputs: inputs, hidden: hidden, directions: 2))
  var gradient = test.layer.zeros
  let dX = test.layer.backward(x, dY, &gradient)
  var dWords = RealMatrix(wordCount, inputs)
  for (ids, dX) in zip(ids, dX) { dWords.add(ReferenceEmbedding.backward(words, ids, dX)) }

  let idOfToken = packed(ids.map { RealMatrix($0.map { [Double($0)] }) }).values.map { Int32($0) }
  let rows = TokenRows(rowOfToken: idOfToken, rowCount: wordCount)
  onEveryMachine(
    [Expected("y", packed(test.layer.forward(x))), Expected("words", dWords)] + test.expected(gradient)
  ) { test.run(words, rows: rows, lengths, packed(dY), $0) }
}

@Test(arguments: [[1], [1, 1, 1], [7], [4, 4, 4, 4], [60, 2, 1], [3, 3, 2]])
func packedLSTMOfOneDirectionIsTheReference(lengths: [Int]) {
  var random = RandomValues(lengths.count)
  let x = random.sequences(lengths, 4)
  let dY = random.sequences(lengths, 5)
  let test = LSTMCase(random.lstm(inputs: 4, hidden: 5, directions: 1))
  var gradient = test.layer.zeros
  let dX = test.layer.backward(x, dY, &gradient)
  onEveryMachine(
    [Expected("y", packed(test.layer.forward(x))), Expected("x", packed(dX))] + test.expected(gradient)
  ) { test.run(packed(x), rows: nil, lengths, packed(dY), $0) }
}

/// Gates at the ends of their range, where the derivative vanishes.
@Test func saturatedPackedLSTMIsTheReference() {
  var random = RandomValues(9)
  let lengths = [9, 6, 2]
  let x = random.sequences(lengths, 4, within: 40)
  let dY = random.sequences(lengths, 10)
  let test = LSTMCase(random.lstm(inputs: 4, hidden: 5, directions: 2))
  var gradient = test.layer.zeros
  let dX = test.layer.backward(x, dY, &gradient)
  onEveryMachine(
    [Expected("y", packed(test.layer.forward(x))), Expected("x", packed(dX))] + test.expected(gradient)
  ) { test.run(packed(x), rows: nil, lengths, packed(dY), $0) }
}

@Test func withoutGradientsTheValuesAreTheSameBits() {
  var random = RandomValues(10)
  let x = random.sequences(lengths, 5)
  let test = LSTMCase(random.lstm(inputs: 5, hidden: 17, directions: 2))
  for family in KernelFamily.available {
    let outputs = [true, false].map { isRecording in
      let bench = Bench(
        test.layout, test.values, compute: Compute(family: family, threadCount: 2),
        isRecording: isRecording)
      let y = bench.tape.recurrentLayer(
        bench.variable(packed(x)), rows: nil, layout: PackedLayout(lengths: lengths),
        directions: test.parameters)
      return bench.value(y)
    }
    #expect(bits([outputs[0]]) == bits([outputs[1]]))
  }
}

@Test func packedSequencesAreThoseOfOneAtATime() {
  var random = RandomValues(11)
  let x = random.sequences(lengths, 5)
  let test = LSTMCase(random.lstm(inputs: 5, hidden: 9, directions: 2))
  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: 3)
    func output(_ x: [RealMatrix]) -> [Float] {
      let bench = Bench(test.layout, test.values, compute: compute)
      let y = bench.tape.recurrentLayer(
        bench.variable(packed(x)), rows: nil, layout: PackedLayout(lengths: x.map(\.rows)),
        directions: test.parameters)
      return bench.value(y)
    }
    expectTheSameAlone(x, columns: 18, "\(family.name)", output)
  }
}
