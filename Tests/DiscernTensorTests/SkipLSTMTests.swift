import DiscernTensor
import Foundation
import TestSupport
import Testing

private let lengths = [9, 7, 7, 4, 2, 1, 1, 1, 1]
private let (inputs, units) = (5, 6)

/// The layer in Double. Where `frozen` gives u and p of each step, u is u + (p now − p then): a smooth
/// function whose value there is the same and whose gradient is the straight-through one.
private struct Reference {
  var weights: [[Double]]  // by direction: W_ih, W_hh, b_ih, b_hh, w, b
  var x: [Double]
  var steps: [(p: Double, u: Double)] = []

  mutating func outputs(_ layout: PackedLayout, frozen: [(p: Double, u: Double)]?) -> (y: [Double], u: Double)
  {
    steps = []
    let directions = weights.count / 6
    var y = [Double](repeating: 0, count: layout.tokenCount * directions * units)
    var updates = 0.0
    for d in 0..<directions {
      let (wi, wh, bi, bh, w, b) = (
        weights[6 * d], weights[6 * d + 1], weights[6 * d + 2], weights[6 * d + 3], weights[6 * d + 4],
        weights[6 * d + 5]
      )
      for n in 0..<layout.sequenceCount {
        var (h, c, p) = ([Double](repeating: 0, count: units), [Double](repeating: 0, count: units), 1.0)
        for k in 0..<layout.lengths[n] {
          let t = d == 0 ? k : layout.lengths[n] - 1 - k
          let token = layout.offsets[t] + n
          var u = p >= 0.5 ? 1.0 : 0.0
          if let frozen { u = frozen[steps.count].u + p - frozen[steps.count].p }
          steps.append((p, u))
          updates += u
          var z = [Double](repeating: 0, count: 4 * units)
          for r in 0..<4 * units {
            z[r] = bi[r] + bh[r]
            for j in 0..<inputs { z[r] += wi[r * inputs + j] * x[token * inputs + j] }
            for j in 0..<units { z[r] += wh[r * units + j] * h[j] }
          }
          func s(_ v: Double) -> Double { 1 / (1 + exp(-v)) }
          var q = b[0]
          for j in 0..<units {
            let new = s(z[units + j]) * c[j] + s(z[j]) * tanh(z[2 * units + j])
            let newHidden = s(z[3 * units + j]) * tanh(new)
            c[j] = u * new + (1 - u) * c[j]
            h[j] = u * newHidden + (1 - u) * h[j]
            q += w[j] * c[j]
            y[token * directions * units + d * units + j] = h[j]
          }
          q = s(q)
          p = u * q + (1 - u) * (p + min(q, 1 - p))
        }
      }
    }
    return (y, updates)
  }
}

private struct Case {
  var layout = ParameterLayout()
  var directions: [SkipLSTMParameters] = []
  var reference: Reference
  let packed = PackedLayout(lengths: lengths)

  init(directions count: Int, bias: Double) {
    var generator = SeededGenerator(seed: 5)
    func draw(_ count: Int, _ scale: Double) -> [Double] {
      (0..<count).map { _ in Double(Float(Double.random(in: -scale...scale, using: &generator))) }
    }
    var weights: [[Double]] = []
    for d in 0..<count {
      directions.append(
        SkipLSTMParameters(
          &layout, suffix: d == 0 ? "l0" : "l0_reverse", inputSize: inputs, hiddenSize: units))
      weights += [
        draw(4 * units * inputs, 0.9), draw(4 * units * units, 0.9), draw(4 * units, 0.5),
        draw(4 * units, 0.5), draw(units, 1.5), [bias],
      ]
    }
    reference = Reference(weights: weights, x: draw(packed.tokenCount * inputs, 1))
  }

  var parameters: [Parameter] {
    directions.flatMap {
      [
        $0.recurrent.inputWeight, $0.recurrent.recurrentWeight, $0.recurrent.inputBias,
        $0.recurrent.recurrentBias, $0.gateWeight, $0.gateBias,
      ]
    }
  }

  func bench(_ compute: Compute, isRecording: Bool = true) -> Bench {
    Bench(layout, Array(zip(parameters, reference.weights)), compute: compute, isRecording: isRecording)
  }

  var input: RealMatrix {
    var result = RealMatrix(packed.tokenCount, inputs)
    result.values = reference.x
    return result
  }
}

private func close(_ own: [Float], _ expected: [Double], _ tolerance: Double) -> Bool {
  own.count == expected.count
    && zip(own, expected).allSatisfy { abs(Double($0) - $1) <= tolerance * max(1, abs($1)) }
}

@Test(arguments: [1, 2], [-0.6, 0.2])
func skipGatesEqualTheReferenceWithStraightThroughGradients(directions: Int, bias: Double) throws {
  var example = Case(directions: directions, bias: bias)
  let (y, updates) = example.reference.outputs(example.packed, frozen: nil)
  let frozen = example.reference.steps
  #expect(updates > 0 && updates < Double(frozen.count), "all the same")
  var generator = SeededGenerator(seed: 8)
  var dY = RealMatrix(example.packed.tokenCount, directions * units)
  dY.values = dY.values.map { _ in Double(Float(Double.random(in: -1...1, using: &generator))) }
  let cost = 0.3
  func loss(_ reference: Reference) -> Double {
    var reference = reference
    let (y, updates) = reference.outputs(example.packed, frozen: frozen)
    return zip(y, dY.values).reduce(cost * updates) { $0 + $1.0 * $1.1 }
  }
  func numeric(_ path: WritableKeyPath<Reference, [Double]>) -> [Double] {
    example.reference[keyPath: path].indices.map { index in
      var (up, down) = (example.reference, example.reference)
      up[keyPath: path][index] += 1e-5
      down[keyPath: path][index] -= 1e-5
      return (loss(up) - loss(down)) / 2e-5
    }
  }
  for family in KernelFamily.available {
    for threads in [1, 3] {
      let bench = example.bench(Compute(family: family, threadCount: threads))
      let x = bench.variable(example.input)
      let (output, taken) = bench.tape.skipLSTM(
        x, rows: nil, layout: example.packed, directions: example.directions, updateCost: Float(cost))
      #expect(taken == Int(updates))
      #expect(close(bench.value(output), y, 2e-6))
      bench.runBackward(output, dY)
      #expect(close(bench.gradient(x), numeric(\.x), 2e-6 * 4), "input")
      for (index, parameter) in example.parameters.enumerated() {
        #expect(close(bench.gradient(parameter), numeric(\.weights[index]), 2e-6 * 4), "\(parameter.name)")
      }
    }
  }
}

@Test func openGatesAreThePlainLSTM() throws {
  let example = Case(directions: 2, bias: 30)
  for family in KernelFamily.available {
    let bench = example.bench(Compute(family: family, threadCount: 2))
    let x = bench.variable(example.input)
    let plain = bench.tape.recurrentLayer(
      x, rows: nil, layout: example.packed, directions: example.directions.map(\.recurrent))
    let own = bench.tape.skipLSTM(x, rows: nil, layout: example.packed, directions: example.directions)
    #expect(own.taken == 2 * example.packed.tokenCount)
    #expect(bench.value(own.output).map(\.bitPattern) == bench.value(plain).map(\.bitPattern))
  }
}

/// With gradients, without, by words, and alone: the same bits.
@Test func skippedStepsChangeNoBits() throws {
  let example = Case(directions: 2, bias: -0.6)
  let rows = TokenRows(
    rowOfToken: (0..<Int32(example.packed.tokenCount)).map(\.self), rowCount: example.packed.tokenCount)
  for family in KernelFamily.available {
    func bits(_ isRecording: Bool, _ rows: TokenRows?, threads: Int) -> [UInt32] {
      let bench = example.bench(Compute(family: family, threadCount: threads), isRecording: isRecording)
      let output = bench.tape.skipLSTM(
        bench.variable(example.input), rows: rows, layout: example.packed, directions: example.directions)
      return bench.value(output.output).map(\.bitPattern)
    }
    let expected = bits(true, nil, threads: 1)
    for threads in [1, 2, 3] {
      #expect(bits(false, nil, threads: threads) == expected)
      #expect(bits(false, rows, threads: threads) == expected)
      #expect(bits(true, rows, threads: threads) == expected)
    }
    for n in lengths.indices {
      let alone = PackedLayout(lengths: [lengths[n]])
      let tokens = (0..<lengths[n]).map { example.packed.offsets[$0] + n }
      var input = RealMatrix(lengths[n], inputs)
      input.values = tokens.flatMap { example.reference.x[$0 * inputs..<($0 + 1) * inputs] }
      let bench = example.bench(Compute(family: family, threadCount: 1), isRecording: false)
      let output = bench.tape.skipLSTM(
        bench.variable(input), rows: nil, layout: alone, directions: example.directions)
      let own = tokens.flatMap { expected[$0 * 2 * units..<($0 + 1) * 2 * units] }
      #expect(bench.value(output.output).map(\.bitPattern) == own)
    }
  }
}
