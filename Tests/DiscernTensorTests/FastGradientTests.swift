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
