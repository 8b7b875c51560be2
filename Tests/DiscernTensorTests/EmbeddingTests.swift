import DiscernTensor
import Testing

@Test(arguments: [1, 5, 33]) func embeddingIsTheReference(size: Int) {
  var random = RandomValues(size)
  let table = random.matrix(9, size)
  let ids = [3, 8, 0, 5]
  let dY = random.matrix(ids.count, size)
  let dTable = ReferenceEmbedding.backward(table, ids, dY)
  onEveryMachine([
    Expected("rows", ReferenceEmbedding.forward(table, ids)), Expected("table", dTable),
  ]) { compute in
    let bench = Bench(table: table, compute: compute)
    let rows = bench.tape.embedding(ids.map { Int32($0) }, trainable: true)
    bench.runBackward(rows, dY)
    var gradient = [Float](repeating: 0, count: table.values.count)
    if let (ids, values) = bench.gradients?.embeddingRows {
      let rowGradients = bench.array(values)
      for (row, id) in ids.enumerated() {
        for column in 0..<size { gradient[Int(id) * size + column] += rowGradients[row * size + column] }
      }
    }
    return [bench.value(rows), gradient]
  }
}

@Test func aPerturbationIsAddedToTheRowsAndLeavesTheTable() {
  var random = RandomValues(1)
  let table = random.matrix(6, 5)
  let perturbation = random.matrix(2, 5)
  for compute in KernelFamily.available.map({ Compute(family: $0, threadCount: 1) }) {
    let bench = Bench(table: table, compute: compute)
    let rows = bench.tape.embedding(
      [4, 2], trainable: true, perturbation: bench.variable(perturbation).value)
    var expected = ReferenceEmbedding.forward(table, [4, 2])
    expected.add(perturbation)
    #expect(relativeError(bench.value(rows), expected.values) < 1e-6)
    #expect(Array(bench.weights.embedding.elements) == table.floats)
  }
}

/// Passes may have words of their own: adversarial ones have the same, accumulated batches others.
@Test func passesOfAStepAddUpWordByWord() {
  var random = RandomValues(2)
  let bench = Bench(table: random.matrix(6, 5), compute: Compute(threadCount: 1))
  let ids: [[Int32]] = [[4, 2], [4, 2], [5, 4, 1]]
  var expected: [Int32: [Double]] = [:]
  for words in ids {
    let dY = random.matrix(words.count, 5)
    bench.gradients?.beginNextPass()
    bench.runBackward(bench.tape.embedding(words, trainable: true), dY)
    for (row, id) in words.enumerated() {
      expected[id] = zip(expected[id] ?? Array(repeating: 0, count: 5), dY[row]).map(+)
    }
  }
  bench.gradients?.joinPasses(bench.tape.workspace)
  #expect(bench.gradients?.embeddingRows?.ids == [4, 2, 5, 1])
  let sums = [4, 2, 5, 1].flatMap { expected[$0] ?? [] }
  #expect(relativeError((bench.gradients?.embeddingRows?.values).map(bench.array) ?? [], sums) < 1e-6)
  bench.gradients?.reset()
  #expect(bench.gradients?.embeddingRows == nil)
  bench.gradients?.joinPasses(bench.tape.workspace)
  #expect(bench.gradients?.embeddingRows == nil)
}

@Test func aFrozenTableGetsNoGradient() {
  var random = RandomValues(3)
  let bench = Bench(table: random.matrix(6, 5), compute: Compute(threadCount: 1))
  bench.runBackward(bench.tape.embedding([4, 2], trainable: false), random.matrix(2, 5))
  #expect(bench.gradients?.embeddingRows == nil)
}
