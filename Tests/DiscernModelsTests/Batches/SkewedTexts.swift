import DiscernCorpus
import TestSupport

/// Texts of random lengths, 1 to `longest` tokens; their ids are 1 to `vocabulary` - 1.
func skewedTexts(_ count: Int, longest: Int, vocabulary: Int = 50, seed: UInt64) -> EncodedTexts {
  var generator = SeededGenerator(seed: seed)
  var texts = EncodedTexts()
  for _ in 0..<count {
    // Many short ones and few long ones, as in practice.
    let length = 1 + Int(Double(longest - 1) * cube(Double.random(in: 0..<1, using: &generator)))
    texts.append((0..<length).map { _ in Int32.random(in: 1..<Int32(vocabulary), using: &generator) })
  }
  return texts
}

private func cube(_ x: Double) -> Double { x * x * x }

extension EncodedTexts {
  var lengths: [Int] { (0..<count).map(length) }
}
