import DiscernTensor
import Testing

/// Which tokens see which, with or without memory.
private struct Reach: CustomTestStringConvertible {
  let reach: AttentionReach
  let memory: Int
  let isCausal: Bool

  init(_ reach: AttentionReach, memory: Int = 0, isCausal: Bool = false) {
    (self.reach, self.memory, self.isCausal) = (reach, memory, isCausal)
  }

  func sees(_ query: Int, _ key: Int) -> Bool {
    switch reach {
    case .all: true
    case .window(let size): abs(query - key) <= size
    case .segments(let length, let memory):
      key >= query / length * length - memory && key < (query / length + 1) * length
    }
  }

  var testDescription: String { "\(reach), \(memory) before\(isCausal ? ", causal" : "")" }
}

private let reaches = [
  Reach(.all), Reach(.all, isCausal: true), Reach(.all, memory: 5), Reach(.all, memory: 3, isCausal: true),
  Reach(.window(2)), Reach(.window(2), isCausal: true), Reach(.window(0)),
  Reach(.segments(length: 4, memory: 3)), Reach(.segments(length: 3, memory: 4), isCausal: true),
  Reach(.segments(length: 5, memory: 0)), Reach(.segments(length: 100, memory: 7)),
]

/// The inputs of attention: q, k, v by sequence, then the distances and the two biases.
private struct Inputs {
  let reach: Reach
  let heads = 2
  let features = 6
  let lengths: [Int]
  let back: Int
  var q, k, v: [RealMatrix]
  var r: RealMatrix
  var biases: [[Double]]
  let d: [RealMatrix]

  init(_ reach: Reach, _ lengths: [Int], seed: Int) {
    var random = RandomValues(seed)
    (self.reach, self.lengths) = (reach, lengths)
    let (back, ahead) = RelativePositions.distances(
      tokens: lengths[0], memory: reach.memory, reach: reach.reach, isCausal: reach.isCausal)
    self.back = back
    q = random.sequences(lengths, features, within: 2)
    k = random.sequences(lengths.map { $0 + reach.memory }, features, within: 2)
    v = random.sequences(lengths.map { $0 + reach.memory }, features)
    r = random.matrix(back + 1 + ahead, features)
    biases = [random.values(features), random.values(features)]
    d = random.sequences(lengths, features)
  }

  var forward: [RealMatrix] {
    let reference = ReferenceRelativeAttention(
      heads: heads, isCausal: reach.isCausal, memory: reach.memory, sees: reach.sees, back: back)
    return lengths.indices.map { reference.forward(q[$0], k[$0], v[$0], r, biases) }
  }

  /// By differences of the reference.
  func slopes(_ path: WritableKeyPath<Inputs, [Double]>) -> [Double] {
    var moved = self
    func loss() -> Double {
      zip(moved.forward, d).reduce(0) { $0 + dot($1.0.values, $1.1.values) }
    }
    return self[keyPath: path].indices.map { index in
      let value = self[keyPath: path][index]
      moved[keyPath: path][index] = value + 1e-5
      let above = loss()
      moved[keyPath: path][index] = value - 1e-5
      defer { moved[keyPath: path][index] = value }
      return (above - loss()) / 2e-5
    }
  }

  /// The context, and the gradients of q, k, v, distances and biases.
  func results(_ compute: Compute) -> [[Float]] {
    var layout = ParameterLayout()
    let parameters = ["u", "v"].map { layout.add($0, [features]) }
    let bench = Bench(layout, Array(zip(parameters, biases)), compute: compute)
    let inputs = [q, k, v].map { bench.variable(packed($0)) } + [bench.variable(r)]
    let output = bench.tape.selfAttention(
      query: inputs[0], key: inputs[1], value: inputs[2], layout: PackedLayout(lengths: lengths),
      heads: heads, isCausal: reach.isCausal, reach: reach.reach, memory: reach.memory,
      positions: RelativePositions(
        rows: inputs[3], back: back, contentBias: parameters[0], positionBias: parameters[1]))
    bench.runBackward(output, packed(d))
    return [bench.value(output)] + inputs.map { bench.gradient($0) } + parameters.map { bench.gradient($0) }
  }
}

@Test(arguments: reaches)
private func relativeAttentionAndItsGradientsAreTheReferences(_ reach: Reach) {
  let inputs = Inputs(reach, [9, 6, 2, 1], seed: 3)
  func together(_ path: (Int) -> WritableKeyPath<Inputs, [Double]>, _ columns: Int) -> [Double] {
    packed(
      inputs.lengths.indices.map {
        let values = inputs.slopes(path($0))
        return RealMatrix(values.count / columns, columns, values)
      }
    ).values
  }
  let expected = [
    Expected("context", packed(inputs.forward)), Expected("q", together({ \.q[$0].values }, 6)),
    Expected("k", together({ \.k[$0].values }, 6)), Expected("v", together({ \.v[$0].values }, 6)),
    Expected("r", inputs.slopes(\.r.values)), Expected("u", inputs.slopes(\.biases[0])),
    Expected("v of the paper", inputs.slopes(\.biases[1])),
  ]
  onEveryMachine(expected, comment: reach.testDescription) { inputs.results($0) }
}

/// Texts longer than a block.
@Test(arguments: [
  Reach(.all), Reach(.all, memory: 40, isCausal: true), Reach(.window(70)),
  Reach(.segments(length: 50, memory: 30)), Reach(.segments(length: 64, memory: 64), isCausal: true),
])
private func relativeAttentionOfLongTextsIsTheReferences(_ reach: Reach) {
  let inputs = Inputs(reach, [150, 70, 64, 3], seed: 4)
  let expected = packed(inputs.forward).values
  for family in KernelFamily.available {
    let results = [1, 3].map { inputs.results(Compute(family: family, threadCount: $0)) }
    #expect(relativeError(results[0][0], expected) < 5e-6, "\(family.name)")
    #expect(bits(results[0]) == bits(results[1]), "\(family.name)")
    #expect(results[0].allSatisfy { $0.allSatisfy(\.isFinite) })
  }
}

/// Without distances: the tokens within reach, memory included, are those of the reference's mask.
@Test func memoryBeforeASequenceIsReadLikeItsOwnTokens() {
  for isCausal in [false, true] {
    let reach = Reach(.all, memory: 20, isCausal: isCausal)
    var inputs = Inputs(reach, [80, 30, 1], seed: 5)
    inputs.biases = [[Double](repeating: 0, count: 6), [Double](repeating: 0, count: 6)]
    inputs.r = RealMatrix(inputs.r.rows, 6)
    for family in KernelFamily.available {
      let bench = Bench(compute: Compute(family: family, threadCount: 2), isRecording: false)
      let variables = [inputs.q, inputs.k, inputs.v].map { bench.variable(packed($0)) }
      let output = bench.tape.selfAttention(
        query: variables[0], key: variables[1], value: variables[2],
        layout: PackedLayout(lengths: inputs.lengths), heads: 2, isCausal: isCausal, memory: 20)
      #expect(relativeError(bench.value(output), packed(inputs.forward).values) < 5e-6, "\(family.name)")
    }
  }
}

@Test(arguments: reaches) private func aTextAloneHasTheSameRelativeAttention(_ reach: Reach) {
  let inputs = Inputs(reach, [150, 70, 9, 1], seed: 6)
  func context(_ texts: [Int], _ compute: Compute) -> [Float] {
    var layout = ParameterLayout()
    let parameters = ["u", "v"].map { layout.add($0, [6]) }
    let bench = Bench(layout, Array(zip(parameters, inputs.biases)), compute: compute, isRecording: false)
    let variables = [inputs.q, inputs.k, inputs.v].map { all in
      bench.variable(packed(texts.map { all[$0] }))
    }
    // For a shorter text the table may be shorter, too.
    let (back, ahead) = RelativePositions.distances(
      tokens: inputs.lengths[texts[0]], memory: reach.memory, reach: reach.reach, isCausal: reach.isCausal)
    let first = inputs.back - back
    let rows = RealMatrix((first...first + back + ahead).map { inputs.r[$0] })
    return bench.value(
      bench.tape.selfAttention(
        query: variables[0], key: variables[1], value: variables[2],
        layout: PackedLayout(lengths: texts.map { inputs.lengths[$0] }), heads: 2, isCausal: reach.isCausal,
        reach: reach.reach, memory: reach.memory,
        positions: RelativePositions(
          rows: bench.variable(rows), back: back, contentBias: parameters[0], positionBias: parameters[1])))
  }
  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: 2)
    let together = context([0, 1, 2, 3], compute)
    let layout = PackedLayout(lengths: inputs.lengths)
    for text in inputs.lengths.indices {
      let alone = context([text], compute)
      for step in 0..<inputs.lengths[text] {
        let row = layout.offsets[step] + text
        #expect(
          bits([Array(together[6 * row..<6 * row + 6])]) == bits([Array(alone[6 * step..<6 * step + 6])]),
          "\(family.name), text \(text), token \(step)")
      }
    }
  }
}
