import DiscernTensor
import Testing

@Test(arguments: [1, 5, 33]) func tokensGetTheirWordsRowsAndWordsTheSumOfTheirTokensGradients(size: Int) {
  var random = RandomValues(size)
  let rowOfToken: [Int32] = [2, 0, 2, 1, 2, 0]
  let (words, moved, dY) = (random.matrix(4, size), random.matrix(6, size), random.matrix(6, size))
  var expected = RealMatrix(rowOfToken.map { words[Int($0)] })
  expected.add(moved)
  var gradient = RealMatrix(4, size)
  for (token, row) in rowOfToken.enumerated() {
    for j in 0..<size { gradient[Int(row), j] += dY[token, j] }
  }
  onEveryMachine([Expected("tokens", expected), Expected("words", gradient)]) { compute in
    let bench = Bench(compute: compute)
    let input = bench.variable(words)
    let output = bench.tape.expandRows(
      input, TokenRows(rowOfToken: rowOfToken, rowCount: 4), perturbation: bench.variable(moved).value)
    bench.runBackward(output, dY)
    return [bench.value(output), bench.gradient(input)]
  }
}

@Test func expandedGradientsAddToWhatIsThere() {
  var random = RandomValues(3)
  let (words, dY) = (random.matrix(2, 4), random.matrix(3, 4))
  let rows = TokenRows(rowOfToken: [1, 1, 0], rowCount: 2)
  let bench = Bench(compute: Compute(threadCount: 1))
  let input = bench.variable(words)
  let outputs = [bench.tape.expandRows(input, rows), bench.tape.expandRows(input, rows)]
  outputs[0].gradientToAddTo(bench.tape).matrix.copy(dY.values)
  bench.runBackward(outputs[1], dY)
  let expected = [dY[2], zip(dY[0], dY[1]).map { $0 + $1 }].joined().map { 2 * $0 }
  #expect(relativeError(bench.gradient(input), expected) < 1e-6)
}
