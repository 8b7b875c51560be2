import DiscernIO
import DiscernTensor
import Testing

@Test func theFastGradientHasTheWantedNormAndTheGradientsDirection() throws {
  let compute = Compute(threadCount: 1)
  let workspace = Workspace()
  var random = RandomValues(5)
  let gradient = workspace.matrix(13, 7)
  gradient.copy(random.matrix(13, 7).values.map { 1e-4 * $0 })
  for norm in [0.01, 0.5, 1, 20] {
    let moved = try #require(workspace.fastGradientPerturbation(gradient, norm: norm, compute)).array.map(
      Double.init)
    let length = moved.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(length - norm) <= 1e-5 * norm)
    let values = gradient.array.map(Double.init)
    let product = zip(moved, values).reduce(0) { $0 + $1.0 * $1.1 }
    let cosine = product / length / values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(cosine > 1 - 1e-6)
  }
}

@Test func aGradientWithoutADirectionGivesNoPerturbation() {
  let compute = Compute(threadCount: 1)
  let workspace = Workspace()
  let gradient = workspace.zeros(3, 4)
  #expect(workspace.fastGradientPerturbation(gradient, norm: 1, compute) == nil)
  gradient.pointer[5] = .infinity
  #expect(workspace.fastGradientPerturbation(gradient, norm: 1, compute) == nil)
  gradient.pointer[5] = .nan
  #expect(workspace.fastGradientPerturbation(gradient, norm: 1, compute) == nil)
}

/// Each sequence's own norm is ε, to 1e-5, whatever the others' gradients are.
@Test func eachSequenceGetsItsOwnNorm() {
  let layout = PackedLayout(lengths: [5, 3, 3, 1])
  var random = RandomValues(7)
  var values = random.matrix(12, 6)
  func rows(_ n: Int) -> [Int] { (0..<layout.lengths[n]).map { layout.offsets[$0] + n } }
  for (n, scale) in [1e-6, 1, 1e4, 0].enumerated() {
    for row in rows(n) { for j in 0..<6 { values[row, j] *= scale } }
  }
  var first: [Float]?
  for compute in KernelFamily.available.flatMap({ family in
    [1, 3].map { Compute(family: family, threadCount: $0) }
  }) {
    let workspace = Workspace()
    let gradient = workspace.matrix(12, 6)
    gradient.copy(values.values)
    for norm in [0.3, 5] {
      let moved = workspace.fastGradientPerturbation(
        gradient, ofEachSequenceIn: layout, norm: norm, compute)
      for n in 0..<4 {
        let own = rows(n).flatMap { row in (0..<6).map { Double(moved.row(row)[$0]) } }
        let wanted = rows(n).flatMap { row in (0..<6).map { values[row, $0] } }
        let length = dot(own, own).squareRoot()
        if n == 3 {
          #expect(length == 0, "a gradient without a direction")
        } else {
          #expect(abs(length - norm) <= 1e-5 * norm)
          #expect(dot(own, wanted) / length / dot(wanted, wanted).squareRoot() > 1 - 1e-6)
        }
      }
      if norm == 5 {
        if let first { #expect(relativeError(moved.array, first.map(Double.init)) < 1e-6) }
        first = first ?? moved.array
      }
    }
  }
}

@Test func randomDirectionsDifferByStepAndNotByThreads() {
  let layout = PackedLayout(lengths: [900, 300, 2])
  func direction(step: Int, threads: Int) -> [Float] {
    let workspace = Workspace()
    let stream = RandomStream(seed: 1, purpose: .adversarial, counter: step)
    return withExtendedLifetime(workspace) {
      workspace.randomPerturbation(
        columns: 10, ofEachSequenceIn: layout, norm: 1, stream: stream, Compute(threadCount: threads)
      ).array
    }
  }
  let first = direction(step: 1, threads: 1)
  #expect(direction(step: 1, threads: 3) == first)
  #expect(zip(direction(step: 2, threads: 1), first).allSatisfy { $0 != $1 })
  #expect(abs(first.reduce(0, +)) < 3, "directions have no drift")
}
