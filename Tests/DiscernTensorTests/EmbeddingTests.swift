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
    let rows = bench.tape.embedding(bench.words, ids.map { Int32($0) })
    bench.runBackward(rows, dY)
    var gradient = [Float](repeating: 0, count: table.values.count)
    if let (ids, values) = bench.gradients?[bench.words] {
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
      bench.words, [4, 2], perturbation: bench.variable(perturbation).value)
    var expected = ReferenceEmbedding.forward(table, [4, 2])
    expected.add(perturbation)
    #expect(relativeError(bench.value(rows), expected.values) < 1e-6)
    #expect(bench.weights[bench.words].array == table.floats)
  }
}

/// Passes may have their own words: adversarial ones have the same, accumulated batches others.
@Test func passesOfAStepAddUpWordByWord() {
  var random = RandomValues(2)
  let bench = Bench(table: random.matrix(6, 5), compute: Compute(threadCount: 1))
  let ids: [[Int32]] = [[4, 2], [4, 2], [5, 4, 1]]
  var expected: [Int32: [Double]] = [:]
  for words in ids {
    let dY = random.matrix(words.count, 5)
    bench.gradients?.beginNextPass()
    bench.runBackward(bench.tape.embedding(bench.words, words), dY)
    for (row, id) in words.enumerated() {
      expected[id] = zip(expected[id] ?? Array(repeating: 0, count: 5), dY[row]).map(+)
    }
  }
  bench.gradients?.joinPasses(bench.tape.workspace)
  #expect(bench.gradients?[bench.words]?.ids == [4, 2, 5, 1])
  let sums = [4, 2, 5, 1].flatMap { expected[$0] ?? [] }
  #expect(relativeError((bench.gradients?[bench.words]?.values).map(bench.array) ?? [], sums) < 1e-6)
  bench.gradients?.reset()
  #expect(bench.gradients?[bench.words] == nil)
  bench.gradients?.joinPasses(bench.tape.workspace)
  #expect(bench.gradients?[bench.words] == nil)
}

@Test func aFrozenTableGetsNoGradient() {
  var random = RandomValues(3)
  let bench = Bench(table: random.matrix(6, 5), isTrainable: false, compute: Compute(threadCount: 1))
  bench.runBackward(bench.tape.embedding(bench.words, [4, 2]), random.matrix(2, 5))
  #expect(bench.gradients?[bench.words] == nil)
}

/// A pass may look a table up several times, such as a model that reads two texts at once.
@Test func lookUpsOfOnePassAddUp() {
  var random = RandomValues(4)
  let table = random.matrix(6, 5)
  let (first, second) = (random.matrix(2, 5), random.matrix(3, 5))
  onEveryMachine([Expected("ids", [4, 2, 5, 1]), Expected("sums", sums())]) { compute in
    let bench = Bench(table: table, compute: compute)
    let a = bench.tape.embedding(bench.words, [4, 2])
    let b = bench.tape.embedding(bench.words, [5, 4, 1])
    a.gradientToAddTo(bench.tape).matrix.copy(first.values)
    bench.runBackward(b, second)
    bench.gradients?.joinPasses(bench.tape.workspace)
    let rows = bench.gradients?[bench.words]
    let order = [4, 2, 5, 1].map { id in rows?.ids.firstIndex(of: id) ?? 0 }
    let values = rows.map { bench.array($0.values) } ?? []
    return [[4, 2, 5, 1], order.flatMap { values[$0 * 5..<($0 + 1) * 5] }]
  }

  func sums() -> [Double] {
    zip(first[0], second[1]).map(+) + first[1] + second[0] + second[2]
  }
}

@Test func tablesHaveGradientsOfTheirOwn() throws {
  var layout = ParameterLayout()
  let positions = layout.addTable("positions", rows: 4, columns: 3, hasPadding: false)
  var random = RandomValues(5)
  let bench = Bench(layout, table: random.matrix(6, 5), compute: Compute(threadCount: 1))
  bench.weights[positions].copy(random.matrix(4, 3).values)
  let before = bench.weights[positions].array
  let (dWords, dPositions) = (random.matrix(1, 5), random.matrix(2, 3))
  bench.tape.embedding(bench.words, [0]).gradientToAddTo(bench.tape).matrix.copy(dWords.values)
  bench.runBackward(bench.tape.embedding(positions, [0, 2]), dPositions)
  let gradients = try #require(bench.gradients)
  #expect(gradients[positions]?.ids == [0, 2] && gradients[bench.words]?.ids == [0])
  let parts = gradients.squares(bench.tape.compute).parts
  #expect(parts.map(\.name) == ["positions", "words"])
  #expect(parts[1].squares == 0, "padding never moves, so its gradient counts for nothing")
  let words = bench.weights[bench.words].array
  Optimizer(.sgd, weights: bench.weights, momentum: 0).step(
    bench.weights, gradients, learningRate: 1, factors: [1], gradientScale: 1, bench.tape.compute)
  #expect(bench.weights[bench.words].array == words)
  let after = bench.weights[positions].array
  for (place, row) in [(0, 0), (2, 1)] {
    for column in 0..<3 {
      let expected = before[place * 3 + column] - Float(dPositions[row][column])
      #expect(abs(after[place * 3 + column] - expected) < 1e-6)
    }
  }
}
