import DiscernTensor
import Foundation
import TestSupport
import Testing

/// The input and output of `Tests/Golden/attention.py`.
private struct PeerCase: Encodable {
  struct Text: Encodable {
    let q, k, v, d: [[Double]]
  }

  let heads: Int
  let texts: [Text]
  var window: Int?
  /// Projections along the text: a matrix for all heads, or one for each.
  var keys, values: [[[Double]]]?
}

private struct PeerAnswer: Decodable {
  struct Text: Decodable {
    let context, q, k, v: [[Double]]
  }

  let texts: [Text]
  let keys, values: [[[Double]]]?

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
      heads: 3, reach: .window(window))
    bench.runBackward(output, packed(inputs[3]))
    return [bench.value(output)] + variables.map { bench.gradient($0) }
  }
}

@Test(.enabled(if: PeerPython.path(with: "torch") != nil), arguments: [1, 3], [(30, 100), (8, 150)])
func attentionByProjectionsIsPyTorchs(groups: Int, shape: (rows: Int, tokens: Int)) throws {
  let lengths = [150, 65, 20, 3, 1]
  var random = RandomValues(groups)
  let inputs = (0..<4).map { _ in random.sequences(lengths, 12) }
  let weights = (0..<2).map { _ in (0..<groups).map { _ in random.matrix(shape.rows, shape.tokens) } }
  let peerCase = PeerCase(
    heads: 3,
    texts: lengths.indices.map { text in
      let all = inputs.map { rows($0[text]) }
      return PeerCase.Text(q: all[0], k: all[1], v: all[2], d: all[3])
    }, keys: weights[0].map(rows), values: weights[1].map(rows))
  let answer = try #require(try PeerAnswer(peerCase))
  let expected = [
    answer.expected("context", \.context), answer.expected("q", \.q), answer.expected("k", \.k),
    answer.expected("v", \.v),
    Expected("keys", try #require(answer.keys).flatMap { $0.flatMap(\.self) }),
    Expected("values", try #require(answer.values).flatMap { $0.flatMap(\.self) }),
  ]
  var parameters = ParameterLayout()
  let projections = ["keys", "values"].map {
    SequenceProjection(&parameters, name: $0, rows: shape.rows, tokens: shape.tokens, groups: groups)
  }
  let layout = PackedLayout(lengths: lengths)
  onEveryMachine(expected, tolerance: 5e-6) { compute in
    let bench = Bench(
      parameters, zip(projections, weights).map { ($0.weight, $1.flatMap(\.values)) }, compute: compute)
    let variables = inputs[..<3].map { bench.variable(packed($0)) }
    let output = bench.tape.crossAttention(
      query: variables[0], layout: layout,
      key: bench.tape.project(variables[1], by: projections[0], layout: layout),
      value: bench.tape.project(variables[2], by: projections[1], layout: layout),
      keyLayout: projections[0].layout(of: layout), keySequences: Array(lengths.indices), heads: 3)
    bench.runBackward(output, packed(inputs[3]))
    return [bench.value(output)] + variables.map { bench.gradient($0) }
      + projections.map { bench.gradient($0.weight) }
  }
}
