import DiscernIO
import DiscernTensor
import Foundation
import Testing

/// The loss directly from its formula, token by token: the true word's logit against those of the drawn ones.
private func referenceLoss(
  _ x: RealMatrix, _ table: RealMatrix, _ bias: [Double], _ targets: [Int], _ drawn: [Int],
  _ logInclusion: [Double]
) -> Double {
  var sum = 0.0
  for row in 0..<x.rows where targets[row] >= 0 {
    let words = Set(drawn).union([targets[row]]).sorted()
    let logits = words.map { word in
      zip(x[row], table[word]).reduce(0) { $0 + $1.0 * $1.1 } + bias[word] - logInclusion[word]
    }
    let p = softmax(logits)
    sum -= log(p[words.firstIndex(of: targets[row]) ?? 0])
  }
  return sum
}

private struct Case {
  let count = 29
  let size = 7
  let vocabulary = 23
  let x: RealMatrix
  let table: RealMatrix
  let bias: [Double]
  let logInclusion: [Double]
  // Some tokens have no target; some targets are drawn, some are not and come several times.
  let targets: [Int]
  let drawn = [1, 2, 3, 5, 8, 13, 20]

  init() {
    var random = RandomValues(5)
    let vocabulary = vocabulary
    x = random.matrix(count, size)
    table = random.matrix(vocabulary, size)
    bias = random.values(vocabulary)
    logInclusion = random.values(vocabulary).map { $0 - 2 }
    targets = random.integers(count, below: vocabulary + 2).map { $0 >= vocabulary ? -1 : max(1, $0) }
  }

  func bench(_ compute: Compute) -> (Bench, words: EmbeddingTable, bias: EmbeddingTable) {
    var layout = ParameterLayout()
    let words = layout.addTable("vectors", rows: vocabulary, columns: size)
    let biases = layout.addTable("bias", rows: vocabulary, columns: 1)
    let bench = Bench(layout, compute: compute)
    bench.weights[words].copy(table.values)
    bench.weights[biases].copy(bias)
    return (bench, words, biases)
  }

  /// A table's entire gradient.
  func gradient(_ bench: Bench, _ table: EmbeddingTable) -> [Float] {
    var result = [Float](repeating: 0, count: table.count)
    guard let (ids, values) = bench.gradients?[table] else { return result }
    let rows = bench.array(values)
    for (row, id) in ids.enumerated() {
      for j in 0..<table.columnCount {
        result[Int(id) * table.columnCount + j] += rows[row * table.columnCount + j]
      }
    }
    return result
  }
}

@Test func theSampledSoftmaxIsTheReference() {
  let test = Case()
  let (weight, divisor) = (0.5, 11.0)
  let knownCount = test.targets.count { $0 >= 0 }
  func loss(_ x: RealMatrix, _ table: RealMatrix, _ bias: [Double]) -> Double {
    referenceLoss(x, table, bias, test.targets, test.drawn, test.logInclusion)
  }
  func scaled(_ gradient: RealMatrix) -> [Double] { gradient.values.map { weight / divisor * $0 } }
  let dX = ReferenceLosses.gradient(at: test.x) { loss($0, test.table, test.bias) }
  let dTable = ReferenceLosses.gradient(at: test.table) { loss(test.x, $0, test.bias) }
  let dBias = ReferenceLosses.gradient(at: RealMatrix(1, test.vocabulary, test.bias)) {
    loss(test.x, test.table, $0.values)
  }
  onEveryMachine([
    Expected("loss", [loss(test.x, test.table, test.bias)]), Expected("mass", [Double(knownCount)]),
    Expected("x", scaled(dX)), Expected("vectors", scaled(dTable)), Expected("bias", scaled(dBias)),
  ]) { compute in
    let (bench, words, bias) = test.bench(compute)
    let x = bench.variable(test.x)
    let result = bench.tape.sampledSoftmax(
      x, table: words, bias: bias, targets: test.targets.map { Int32($0) },
      drawn: test.drawn.map { Int32($0) }, logInclusion: test.logInclusion.map { Float($0) },
      weight: Float(weight), divisor: divisor)
    bench.tape.runBackward()
    return [
      [Float(result.sum)], [Float(result.mass)], bench.gradient(x), test.gradient(bench, words),
      test.gradient(bench, bias),
    ]
  }
}

/// If all words are drawn nothing is corrected: the sampled softmax equals the full one.
@Test func theWholeSoftmaxIsTheOneOverAllWordsButPadding() {
  let test = Case()
  let all = Array(1..<test.vocabulary)
  let expected = referenceLoss(
    test.x, test.table, test.bias, test.targets, all, test.bias.map { _ in 0 })
  onEveryMachine([Expected("loss", [expected]), Expected("sampled", [expected])]) { compute in
    let (bench, words, bias) = test.bench(compute)
    let targets = test.targets.map { Int32($0) }
    let x = bench.variable(test.x)
    let whole = bench.tape.softmaxLoss(x, table: words, bias: bias, targets: targets)
    let sampled = bench.tape.sampledSoftmax(
      x, table: words, bias: bias, targets: targets, drawn: all.map { Int32($0) },
      logInclusion: [Float](repeating: 0, count: test.vocabulary), divisor: 1)
    return [[Float(whole.sum)], [Float(sampled.sum)]]
  }
}

/// A draw so large that no word is missing corrects nothing.
@Test func aLargeDrawIsTheWholeSoftmax() {
  let sampler = WordSampler(counts: [9, 1, 50, 7, 0], drawCount: 10_000)
  #expect(sampler.draw(RandomStream(seed: 1, purpose: .wordSampling)) == [1, 2, 3, 4])
  #expect(sampler.logInclusion.allSatisfy { abs($0) < 1e-6 })
}

@Test func drawsAreDistinctAndComeByTheirProbability() {
  let counts = [1000, 0, 100, 10, 1, 1, 1]
  let sampler = WordSampler(counts: counts, drawCount: 3)
  var seen = [Int](repeating: 0, count: counts.count)
  let rounds = 20_000
  for round in 0..<rounds {
    let drawn = sampler.draw(RandomStream(seed: 2, purpose: .wordSampling, counter: round))
    #expect(drawn == Set(drawn).sorted() && !drawn.isEmpty && drawn.count <= 3)
    for word in drawn { seen[Int(word)] += 1 }
  }
  #expect(seen[0] == 0)
  for word in 1..<counts.count {
    #expect(abs(Double(seen[word]) / Double(rounds) - exp(Double(sampler.logInclusion[word]))) < 0.015)
  }
  #expect(
    WordSampler(counts: [0, 3], drawCount: 1).draw(RandomStream(seed: 0, purpose: .wordSampling)) == [1])
}
