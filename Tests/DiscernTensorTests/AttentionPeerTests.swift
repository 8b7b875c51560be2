import DiscernTensor
import Foundation
import TestSupport
import Testing

/// What `Tests/Golden/attention.py` reads and writes.
private struct PeerCase: Encodable {
  struct Text: Encodable {
    let q, k, v, d: [[Double]]
  }

  let heads: Int
  let texts: [Text]
  var window: Int?
}

private struct PeerAnswer: Decodable {
  struct Text: Decodable {
    let context, q, k, v: [[Double]]
  }

  let texts: [Text]

  /// nil without PyTorch.
  init?(_ peerCase: PeerCase) throws {
    guard
      let output = PeerPython.output(
        of: "Tests/Golden/attention.py", input: try JSONEncoder().encode(peerCase))
    else { return nil }
    self = try JSONDecoder().decode(PeerAnswer.self, from: output)
  }

  func expected(_ name: String, _ path: KeyPath<Text, [[Double]]>) -> Expected {
    Expected(name, packed(texts.map { RealMatrix($0[keyPath: path]) }))
  }
}

private func rows(_ matrix: RealMatrix) -> [[Double]] { (0..<matrix.rows).map { Array(matrix[$0]) } }

@Test(.enabled(if: PeerPython.path(with: "torch") != nil), arguments: [1, 6, 40, 70])
func attentionInAWindowIsPyTorchsWithABand(window: Int) throws {
  let lengths = [150, 65, 20, 3, 1]
  var random = RandomValues(window)
  let inputs = (0..<4).map { _ in random.sequences(lengths, 12, within: 2) }
  let peerCase = PeerCase(
    heads: 3,
    texts: lengths.indices.map { text in
      let all = inputs.map { rows($0[text]) }
      return PeerCase.Text(q: all[0], k: all[1], v: all[2], d: all[3])
    }, window: window)
  let answer = try #require(try PeerAnswer(peerCase))
  let expected = [
    answer.expected("context", \.context), answer.expected("q", \.q), answer.expected("k", \.k),
    answer.expected("v", \.v),
  ]
  onEveryMachine(expected, tolerance: 2e-6) { compute in
    let bench = Bench(compute: compute)
    let variables = inputs[..<3].map { bench.variable(packed($0)) }
    let output = bench.tape.selfAttention(
      query: variables[0], key: variables[1], value: variables[2], layout: PackedLayout(lengths: lengths),
      heads: 3, window: window)
    bench.runBackward(output, packed(inputs[3]))
    return [bench.value(output)] + variables.map { bench.gradient($0) }
  }
}
