import DiscernTensor
import Foundation
import Testing

/// Rows skipped by steps are caught up: the averages equal those of averaging everything in each step.
@Test(arguments: [0.5, 0.99]) func averagesAreThoseOfEveryStep(decay: Double) throws {
  var random = RandomValues(2)
  var layout = ParameterLayout()
  let weight = layout.add("weight", [4, 5])
  var (dense, table) = (random.values(20), random.matrix(6, 3))
  let bench = Bench(layout, [(weight, dense)], table: table, compute: Compute(threadCount: 1))
  let average = WeightAverage(of: bench.weights, decay: decay)
  var (denseAverage, tableAverage) = (dense, table)
  for step in 1...40 {
    let ids = Set(random.integers(2, below: 6)).sorted()
    dense = random.values(20)
    for id in ids { for j in 0..<3 { table[id, j] = random.values(1)[0] } }
    let gradients = try #require(bench.gradients)
    gradients.reset()
    bench.runBackward(bench.tape.embedding(bench.words, ids.map { Int32($0) }), RealMatrix(ids.count, 3))
    average.follow(bench.weights, gradients, Compute(threadCount: 1)) {
      bench.weights[weight].copy(dense)
      bench.weights[bench.words].copy(table.values)
    }
    let d = min(decay, Double(1 + step) / Double(10 + step))
    for i in 0..<20 { denseAverage[i] = d * denseAverage[i] + (1 - d) * dense[i] }
    for i in 0..<18 { tableAverage.values[i] = d * tableAverage.values[i] + (1 - d) * table.values[i] }
    guard step % 13 == 0 || step == 40 else { continue }
    average.catchUp(bench.weights)
    #expect(relativeError(bench.array(average.weights[weight]), denseAverage) < 1e-5)
    #expect(relativeError(bench.array(average.weights[bench.words]), tableAverage.values) < 1e-5)
  }
}
