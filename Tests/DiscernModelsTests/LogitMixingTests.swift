import DiscernCorpus
import DiscernIO
import DiscernModels
import Testing

private let heads = [HeadConfiguration(.classes(count: 3))]

/// Logits that agree with the label up to noise.
private func logits(_ labels: [Int32], signal: Float, seed: UInt64) -> [Float] {
  let stream = RandomStream(seed: seed, purpose: .initialisation)
  return labels.enumerated().flatMap { text, label in
    (0..<3).map { ($0 == Int(label) ? signal : 0) + stream.normal(text * 3 + $0) }
  }
}

private func network(part mixing: LogitMixing) -> Float {
  mixing.network / (mixing.network + mixing.ngrams)
}

@Test func theBetterHalfWeighsMoreWhereTextsAreMany() throws {
  let labels = (0..<2000).map { Int32($0 % 3) }
  let targets = [TaskLabels(numbers: labels)]
  let (good, poor) = (logits(labels, signal: 2, seed: 1), logits(labels, signal: 0.2, seed: 2))
  let outputs = HeadOutputs(heads)
  let toNetwork = try outputs.mixing(ngrams: poor, network: good, targets)[0]
  let toNGrams = try outputs.mixing(ngrams: good, network: poor, targets)[0]
  #expect(network(part: toNetwork) > 0.75 && network(part: toNGrams) < 0.2)
  // Mixed they are better than either where both are informative.
  let other = logits(labels, signal: 2, seed: 3)
  let equal = try outputs.mixing(ngrams: good, network: other, targets)
  let mixed = outputs.mixed(ngrams: good, network: other, equal)
  func right(_ logits: [Float]) -> Int {
    labels.enumerated().count { text, label in
      let row = logits[text * 3..<text * 3 + 3]
      return row.firstIndex(of: row.max() ?? 0) == text * 3 + Int(label)
    }
  }
  #expect(right(mixed) > right(good) && right(mixed) > right(other))
}

@Test func aFewTextsDoNotChooseFreely() throws {
  let labels = (0..<12).map { Int32($0 % 3) }
  let targets = [TaskLabels(numbers: labels)]
  let outputs = HeadOutputs(heads)
  for seed in 1...20 as ClosedRange<UInt64> {
    let mixing = try outputs.mixing(
      ngrams: logits(labels, signal: 1, seed: seed), network: logits(labels, signal: 1, seed: seed + 100),
      targets)[0]
    #expect((0.1...0.85).contains(network(part: mixing)))
  }
  // Without a text whose label is known, both halves have an equal part.
  let unknown = [TaskLabels(numbers: [Int32](repeating: TaskLabels.none, count: 12))]
  let equal = try outputs.mixing(
    ngrams: logits(labels, signal: 1, seed: 1), network: logits(labels, signal: 2, seed: 2), unknown)[0]
  #expect(equal == LogitMixing(ngrams: 0.5, network: 0.5))
}

@Test func halvesOfDifferentScalesAreBroughtToOne() throws {
  let labels = (0..<900).map { Int32($0 % 3) }
  let targets = [TaskLabels(numbers: labels)]
  let (one, two) = (logits(labels, signal: 1.5, seed: 5), logits(labels, signal: 1.5, seed: 6))
  let outputs = HeadOutputs(heads)
  let plain = try outputs.mixing(ngrams: one, network: two, targets)[0]
  let scaled = try outputs.mixing(ngrams: one.map { 3 * $0 }, network: two, targets)[0]
  #expect(plain.network == scaled.network && abs(plain.ngrams / 3 / scaled.ngrams - 1) < 0.05)
}
