import DiscernIO
import Testing

@Test func aDrawDependsOnItsKeyAndIndexAlone() {
  let stream = RandomStream(seed: 3, purpose: .shuffle, counter: 7)
  let forwards = (0..<100).map(stream.bits)
  let backwards = (0..<100).reversed().map(stream.bits)
  #expect(forwards == backwards.reversed())
  #expect(forwards == (0..<100).map(RandomStream(seed: 3, purpose: .shuffle, counter: 7).bits))
}

@Test func streamsOfOtherKeysAreUnrelated() {
  let streams = [
    RandomStream(seed: 3, purpose: .shuffle, counter: 7),
    RandomStream(seed: 4, purpose: .shuffle, counter: 7),
    RandomStream(seed: 3, purpose: .outputDropout, counter: 7),
    RandomStream(seed: 3, purpose: .shuffle, counter: 8),
    RandomStream(seed: 3, purpose: .shuffle, counter: 7, number: 1),
    RandomStream(seed: 4, purpose: .shuffle, counter: 7, number: 1),
    RandomStream(seed: 3, purpose: .shuffle, counter: 7, number: 2),
  ]
  let draws = streams.map { stream in (0..<1000).map(stream.bits) }
  #expect(Set(draws.flatMap(\.self)).count == 1000 * streams.count)
  for (index, a) in draws.enumerated() {
    for b in draws[..<index] {
      let equalBits = zip(a, b).reduce(0) { $0 + (~($1.0 ^ $1.1)).nonzeroBitCount }
      #expect(abs(Double(equalBits) / 64_000 - 0.5) < 0.01)
    }
  }
}

@Test func theFirstNumberIsTheStreamWithoutOne() {
  let first = RandomStream(seed: 3, purpose: .layerDropout, counter: 7, number: 0)
  #expect(first == RandomStream(seed: 3, purpose: .layerDropout, counter: 7))
}

@Test func uniformDrawsFillTheUnitInterval() {
  let stream = RandomStream(seed: 1, purpose: .embeddingDropout)
  let draws = (0..<20_000).map { Double(stream.uniform($0)) }
  #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 })
  var counts = [Int](repeating: 0, count: 10)
  for draw in draws { counts[Int(10 * draw)] += 1 }
  // Each is binomial with mean 2000 and deviation 42.
  #expect(counts.allSatisfy { abs($0 - 2000) < 200 })
}

@Test func normalDrawsHaveTheirMoments() {
  let stream = RandomStream(seed: 1, purpose: .initialisation)
  let draws = (0..<20_000).map { Double(stream.normal($0)) }
  let mean = draws.reduce(0, +) / 20_000
  let variance = draws.reduce(0) { $0 + $1 * $1 } / 20_000
  let fourth = draws.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 20_000
  #expect(abs(mean) < 0.03)
  #expect(abs(variance - 1) < 0.05)
  #expect(abs(fourth - 3) < 0.4)
  #expect(draws.allSatisfy { $0.isFinite })
}

@Test func permutationsHoldEveryIndexAndEveryOrder() {
  for count in [0, 1, 2, 100] {
    let order = RandomStream(seed: 2, purpose: .shuffle).permutation(count)
    #expect(order.sorted() == Array(0..<count))
  }
  var seen: [[Int]: Int] = [:]
  for counter in 0..<2400 {
    seen[RandomStream(seed: 2, purpose: .shuffle, counter: counter).permutation(4), default: 0] += 1
  }
  #expect(seen.count == 24)
  #expect(seen.values.allSatisfy { abs($0 - 100) < 60 })
}
