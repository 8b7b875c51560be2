import DiscernTensor
import Testing

private let sourceOfRow: [Int32] = [2, 0, 2, 1, 2, 0]
private let partsOfRow: [(row: Int, parts: [Int32])] = [
  (row: 0, parts: [3, 1, 3]), (row: 3, parts: [0]), (row: 4, parts: [1, 2, 3, 1]),
]

/// Directly from the formula.
private func reference(_ sources: RealMatrix, _ parts: RealMatrix) -> RealMatrix {
  var result = RealMatrix(sourceOfRow.map { sources[Int($0)] })
  for (row, own) in partsOfRow {
    for part in own {
      for j in 0..<result.columns { result[row, j] += parts[Int(part), j] / Double(own.count) }
    }
  }
  return result
}

@Test(arguments: [1, 5, 33]) func rowsBeginAsTheirSourceAndHaveTheMeanOfTheirPartsAdded(size: Int) {
  var random = RandomValues(size)
  let (sources, parts) = (random.matrix(3, size), random.matrix(5, size))
  let (moved, dY) = (random.matrix(6, size), random.matrix(6, size))
  func loss(_ result: RealMatrix) -> Double {
    zip(result.values, dY.values).reduce(0) { $0 + $1.0 * $1.1 }
  }
  var expected = reference(sources, parts)
  expected.add(moved)
  onEveryMachine([
    Expected("rows", expected),
    Expected("sources", ReferenceLosses.gradient(at: sources) { loss(reference($0, parts)) }),
    Expected("parts", ReferenceLosses.gradient(at: parts) { loss(reference(sources, $0)) }),
  ]) { compute in
    let bench = Bench(compute: compute)
    let (first, second) = (bench.variable(sources), bench.variable(parts))
    let output = bench.tape.rowsWithParts(
      first, second,
      RowParts(sources: sourceOfRow, sourceCount: 3, parts: partsOfRow, partCount: 5),
      perturbation: bench.variable(moved).value)
    bench.runBackward(output, dY)
    return [bench.value(output), bench.gradient(first), bench.gradient(second)]
  }
}

@Test func gradientsOfPartsAddToWhatIsThere() {
  var random = RandomValues(3)
  let (sources, parts, dY) = (random.matrix(3, 4), random.matrix(5, 4), random.matrix(6, 4))
  let structure = RowParts(sources: sourceOfRow, sourceCount: 3, parts: partsOfRow, partCount: 5)
  func gradients(times: Int) -> [[Float]] {
    let bench = Bench(compute: Compute(threadCount: 1))
    let (first, second) = (bench.variable(sources), bench.variable(parts))
    let outputs = (0..<times).map { _ in bench.tape.rowsWithParts(first, second, structure) }
    for output in outputs.dropLast() { output.gradientToAddTo(bench.tape).matrix.copy(dY.values) }
    bench.runBackward(outputs[times - 1], dY)
    return [bench.gradient(first), bench.gradient(second)]
  }
  for (once, twice) in zip(gradients(times: 1), gradients(times: 2)) {
    #expect(relativeError(twice, once.map { 2 * Double($0) }) < 1e-6)
  }
}
