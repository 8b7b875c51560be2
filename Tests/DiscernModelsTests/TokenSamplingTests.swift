import DiscernIO
import DiscernModels
import Foundation
import Testing

private func choose(_ sampling: TokenSampling, _ probabilities: [Double], _ uniform: Double) -> Int? {
  probabilities.map { log($0) }.withUnsafeBufferPointer { sampling.choose($0, uniform: uniform) }
}

/// The shares of many draws.
private func shares(_ sampling: TokenSampling, _ probabilities: [Double]) -> [Double] {
  let stream = RandomStream(seed: 5, purpose: .generation)
  var counts = [Double](repeating: 0, count: probabilities.count)
  let draws = 20_000
  for draw in 0..<draws {
    if let token = choose(sampling, probabilities, Double(stream.uniform(draw))) { counts[token] += 1 }
  }
  return counts.map { $0 / Double(draws) }
}

private let probabilities = [0.1, 0, 0.4, 0.2, 0.3]

@Test func drawsHaveTheProbabilitiesThatWereAskedFor() {
  func isNear(_ shares: [Double], _ expected: [Double]) -> Bool {
    zip(shares, expected).allSatisfy { abs($0 - $1) < 0.015 }
  }
  var sampling = TokenSampling()
  #expect(isNear(shares(sampling, probabilities), probabilities))
  sampling.temperature = 0.5
  let squares = probabilities.map { $0 * $0 / 0.3 }
  #expect(isNear(shares(sampling, probabilities), squares))
  sampling.temperature = 1
  sampling.topK = 2
  #expect(isNear(shares(sampling, probabilities), [0, 0, 4 / 7.0, 0, 3 / 7.0]))
  sampling.topK = nil
  // 0.4 + 0.3 are too few; with 0.2 they are enough.
  sampling.topP = 0.71
  #expect(isNear(shares(sampling, probabilities), [0, 0, 4 / 9.0, 2 / 9.0, 3 / 9.0]))
  sampling.topP = 0.69
  #expect(isNear(shares(sampling, probabilities), [0, 0, 4 / 7.0, 0, 3 / 7.0]))
  // 0.4 is more than half of the rest after `topK`.
  sampling.topK = 2
  sampling.topP = 0.5
  #expect(shares(sampling, probabilities) == [0, 0, 1, 0, 0])
}

@Test func edgesOfDrawsAreTokensThatCanBe() {
  var sampling = TokenSampling()
  for uniform in [0, 0x1p-53, 0.5, 1 - 0x1p-53] {
    #expect(choose(sampling, [0, 1, 0], uniform) == 1)
    #expect(choose(sampling, [0, 0], uniform) == nil)
    #expect([0, 2].contains(choose(sampling, [0.5, 0, 0.5], uniform)))
  }
  sampling.topP = 1
  sampling.topK = 9
  #expect(choose(sampling, [0.5, 0, 0.5], 1 - 0x1p-53) == 2)
  sampling.isGreedy = true
  #expect(choose(sampling, [0.1, 0.45, 0.45], 0.99) == 1)
  #expect(choose(sampling, [0, 0], 0) == nil)
}
