import DiscernIO
import DiscernTensor
import Testing

// Figures of NumPy 2.4 (gradients by complex steps):
//
//   import numpy as np
//   def fill(k, *shape): return np.sin(0.7 * np.arange(np.prod(shape)) + k).reshape(shape)
//   N, D, H, lengths = 4, 3, 2, [4, 3, 2, 2]
//   def bn(x, weight, bias=0):
//       if len(x) == 1: return x / np.sqrt(1 + 1e-5) * weight + bias  # running mean 0, variance 1
//       d = x - x.mean(0)
//       return d / np.sqrt((d * d).mean(0) + 1e-5) * weight + bias
//   sigmoid = lambda z: 1 / (1 + np.exp(-z))
//   def direction(x, p):  # x: [L, D] of each text, as it is read
//       h = c = np.zeros((N, H)); out, seen = [[] for _ in x], []
//       for t in range(max(lengths)):
//           n = sum(l > t for l in lengths); h, c = h[:n], c[:n]
//           a, b = np.array([x[i][t] for i in range(n)]) @ p[0].T, h @ p[1].T
//           z = bn(a, p[4]) + bn(b, p[5]) + p[2] + p[3]
//           i, f, g, o = np.split(z, 4, 1)
//           c = sigmoid(f) * c + sigmoid(i) * np.tanh(g); h = sigmoid(o) * np.tanh(bn(c, p[6], p[7]))
//           seen.append((a, b, c))
//           for k in range(n): out[k].append(h[k])
//       return out, seen
//   def run(x, ps):
//       x = [x[n, :l] for n, l in enumerate(lengths)]
//       f, seen = direction(x, ps[:8]); b, _ = direction([t[::-1] for t in x], ps[8:])
//       b = [t[::-1] for t in b]
//       tokens = [(n, t) for t in range(max(lengths)) for n in range(N) if t < lengths[n]]
//       y = [np.concatenate([f[n][t], b[n][t]]) for n, t in tokens]
//       return np.array(y), seen
//   shapes = [(4*H, D), (4*H, H), (4*H,), (4*H,), (4*H,), (4*H,), (H,), (H,)]
//   ps = [fill(60 + k, *s) for k, s in enumerate(shapes * 2)]
//   x, dy = fill(20, N, 4, D), fill(30, sum(lengths), 2 * H)
//   y, seen = run(x, ps)
//   def gradient(values):  # complex steps
//       result = np.zeros(values.shape)
//       complex_values = lambda v: v.astype(complex)
//       for i in np.ndindex(values.shape):
//           def at(v):
//               if v is not values: return v
//               v = v.astype(complex); v[i] += 1e-30j; return v
//           result[i] = (run(at(x), [at(p) for p in ps])[0] * dy).sum().imag / 1e-30
//       return result
//   pack = lambda v: np.array([v[n, t] for t in range(4) for n in range(N) if t < lengths[n]])
//   print_ = lambda name, v: print(f'  ("{name}", {np.round(np.ravel(v), 14).tolist()}),')
//   if __name__ == "__main__":
//       print_("y", y); print_("x", pack(gradient(x)))
//       for d in range(2):
//           names = "weight_ih weight_hh bias_ih bias_hh norm_ih norm_hh norm_c bias_c"
//           for k, name in enumerate(names.split()):
//               print_(f"{name} {d}", gradient(ps[8 * d + k]))
//       # The forward direction's running statistics of step 1, after a tenth of the way.
//       for k, name in enumerate("ih hh c".split()):
//           v = seen[1][k]; print_(f"mean_{name}", 0.1 * v.mean(0))
//           print_(f"var_{name}", 0.9 + 0.1 * v.var(0, ddof=1))

/// Ragged, with groups of the same length, and steps that only one sequence reaches.
private let lengths = [9, 7, 7, 7, 6, 6, 5, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 1, 1]

@Test(arguments: [1, 2]) func gradientsOfTheReferenceBatchNormLSTM(directions: Int) {
  var random = RandomValues(directions)
  let lengths = [5, 4, 4, 3, 1]
  let (x, dY) = (random.sequences(lengths, 3), random.sequences(lengths, 2 * directions))
  let layer = RecurrentBatchNormCase(&random, inputs: 3, hidden: 2, directions: directions).layer
  var gradient = layer.zeros
  let dX = layer.backward(x, dY, &gradient)
  func loss(_ layer: ReferenceBatchNormLayer, _ x: [RealMatrix]) -> Double {
    zip(layer.forward(x), dY).reduce(0) { $0 + dot($1.0.values, $1.1.values) }
  }
  for n in x.indices {
    checkGradient("x\(n)", at: x[n].values, dX[n].values, step: 1e-4) {
      var moved = x
      moved[n].values = $0
      return loss(layer, moved)
    }
  }
  for d in 0..<directions {
    for (name, path) in RecurrentBatchNormCase.weights {
      checkGradient(
        "\(name) \(d)", at: layer.directions[d][keyPath: path], gradient.directions[d][keyPath: path],
        step: 1e-4
      ) {
        var moved = layer
        moved.directions[d][keyPath: path] = $0
        return loss(moved, x)
      }
    }
  }
}

/// Values and every gradient over tokens and over distinct words; hidden sizes around a task's columns.
@Test(arguments: [1, 3, 17, 70], [1, 2])
func theBatchNormLSTMIsTheReference(hidden: Int, directions: Int) {
  var random = RandomValues(hidden)
  let test = RecurrentBatchNormCase(&random, inputs: 5, hidden: hidden, directions: directions)
  let dY = random.sequences(lengths, directions * hidden)
  let words = random.matrix(23, 5)
  // The last word never appears: its gradient is zero.
  let ids = lengths.map { random.integers($0, below: 22) }
  let x = ids.map { ReferenceEmbedding.forward(words, $0) }
  var gradient = test.layer.zeros
  let dX = test.layer.backward(x, dY, &gradient)
  var dWords = RealMatrix(23, 5)
  for (ids, dX) in zip(ids, dX) { dWords.add(ReferenceEmbedding.backward(words, ids, dX)) }
  let y = Expected("y", packed(test.layer.forward(x)))
  onEveryMachine(
    [y, Expected("x", packed(dX))] + test.expected(gradient), tolerance: 2e-4, familyTolerance: 1e-4,
    comment: "H \(hidden)"
  ) { test.run(packed(x), rows: nil, lengths, packed(dY), $0) }
  let idOfToken = packed(ids.map { RealMatrix($0.map { [Double($0)] }) }).values.map { Int32($0) }
  let rows = TokenRows(rowOfToken: idOfToken, rowCount: 23)
  onEveryMachine(
    [y, Expected("words", dWords)] + test.expected(gradient), tolerance: 2e-4, familyTolerance: 1e-4,
    comment: "H \(hidden), words"
  ) { test.run(words, rows: rows, lengths, packed(dY), $0) }
}

@Test func theBatchNormLSTMIsNumPys() {
  let lengths = [4, 3, 2, 2]
  let layer = ReferenceBatchNormLayer(
    directions: (0..<2).map { d in
      var direction = ReferenceBatchNormLSTM(inputs: 3, hidden: 2)
      let k = 60 + 8 * d
      direction.lstm.inputWeight = sines(k, 8, 3)
      direction.lstm.recurrentWeight = sines(k + 1, 8, 2)
      direction.lstm.inputBias = sines(k + 2, 8)
      direction.lstm.recurrentBias = sines(k + 3, 8)
      direction.inputScale = sines(k + 4, 8)
      direction.hiddenScale = sines(k + 5, 8)
      direction.cellScale = sines(k + 6, 2)
      direction.cellShift = sines(k + 7, 2)
      return direction
    })
  let padded = sines(20, 16, 3)
  let x = lengths.enumerated().map { n, length in RealMatrix((0..<length).map { padded[4 * n + $0] }) }
  let dY = sines(30, 11, 4)
  let test = RecurrentBatchNormCase(layer)
  // Weights and statistics are in the figures' order.
  onEveryMachine(
    recurrentBatchNormFigures.map { Expected($0.name, $0.values) }, tolerance: 2e-3, familyTolerance: 2e-3
  ) { compute in
    let results = test.run(packed(x), rows: nil, lengths, dY, compute)
    let bench = test.bench(compute)
    _ = bench.tape.batchNormLSTM(
      bench.variable(packed(x)), rows: nil, layout: PackedLayout(lengths: lengths),
      directions: test.parameters)
    func step(_ t: Int, _ state: String, _ size: Int) -> [Float] {
      Array(test.state("lstm.norm_\(state)", bench)[t * size..<(t + 1) * size])
    }
    // The hidden product's first statistics are those of step 1.
    return results + [
      step(1, "ih_l0.running_mean", 8), step(1, "ih_l0.running_var", 8), step(0, "hh_l0.running_mean", 8),
      step(0, "hh_l0.running_var", 8), step(1, "c_l0.running_mean", 2), step(1, "c_l0.running_var", 2),
    ]
  }
}

@Test func droppedRecurrentWeightsOfABatchNormLSTMAreTheReference() {
  var random = RandomValues(4)
  let (x, dY) = (random.sequences(lengths, 5), random.sequences(lengths, 18))
  let test = RecurrentBatchNormCase(&random, inputs: 5, hidden: 9, directions: 2)
  let masks = (0..<2).map {
    DropoutMask(probability: 0.4, stream: RandomStream(seed: UInt64($0), purpose: .weightDropout))
  }
  func mask(_ d: Int, _ weight: RealMatrix) -> RealMatrix {
    ReferenceDropout.apply(
      weight, mask: keptElements(weight.values.count, masks[d].stream, 0.4), probability: 0.4)
  }
  var dropped = test.layer
  for d in 0..<2 {
    dropped.directions[d].lstm.recurrentWeight = mask(d, test.layer.directions[d].lstm.recurrentWeight)
  }
  var gradient = test.layer.zeros
  let dX = dropped.backward(x, dY, &gradient)
  for d in 0..<2 {
    gradient.directions[d].lstm.recurrentWeight = mask(d, gradient.directions[d].lstm.recurrentWeight)
  }
  onEveryMachine(
    [Expected("y", packed(dropped.forward(x))), Expected("x", packed(dX))] + test.expected(gradient),
    tolerance: 2e-4, familyTolerance: 1e-4
  ) { test.run(packed(x), rows: nil, lengths, packed(dY), $0, weightDropout: masks) }
}

/// Without gradients, after two batches have moved the statistics: also steps beyond the limit, and beyond
/// the longest text seen.
@Test func packedSequencesOfABatchNormLSTMAreThoseOfOneAtATime() {
  var random = RandomValues(11)
  let test = RecurrentBatchNormCase(&random, inputs: 5, hidden: 9, directions: 2, stepLimit: 6)
  let batches = (0..<2).map { _ in packed(random.sequences(lengths, 5)) }
  let longer = [12] + lengths.dropFirst()
  let x = random.sequences(longer, 5)
  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: 3)
    let bench = test.bench(compute)
    for batch in batches {
      _ = bench.tape.batchNormLSTM(
        bench.variable(batch), rows: nil, layout: PackedLayout(lengths: lengths), directions: test.parameters)
    }
    func output(_ x: [RealMatrix]) -> [Float] {
      let workspace = Workspace()
      let tape = Tape(compute: compute, workspace: workspace, weights: bench.weights, gradients: nil)
      return withExtendedLifetime(workspace) {
        tape.batchNormLSTM(
          bench.variable(packed(x)), rows: nil, layout: PackedLayout(lengths: x.map(\.rows)),
          directions: test.parameters
        ).value.array
      }
    }
    let before = test.layout.states.map { bench.array(bench.weights[$0]) }
    expectTheSameAlone(x, columns: 18, "\(family.name)", output)
    #expect(bits(test.layout.states.map { bench.array(bench.weights[$0]) }) == bits(before))
  }
}

/// The hidden product's first step has no statistics; a step of one text leaves them, and so do steps
/// beyond the limit and a second pass over a batch.
@Test func theStatisticsOfABatchNormLSTMFollowItsBatches() {
  var random = RandomValues(12)
  let test = RecurrentBatchNormCase(&random, inputs: 2, hidden: 3, directions: 1, stepLimit: 2)
  let bench = test.bench(Compute(threadCount: 1))
  func run(_ lengths: [Int], keepsStatistics: Bool = false) -> [[Float]] {
    let tape = Tape(
      compute: bench.tape.compute, workspace: bench.tape.workspace, weights: bench.weights,
      gradients: bench.gradients, keepsStatistics: keepsStatistics)
    let x = bench.variable(packed(random.sequences(lengths, 2)))
    _ = tape.batchNormLSTM(x, rows: nil, layout: PackedLayout(lengths: lengths), directions: test.parameters)
    return test.layout.states.map { bench.array(bench.weights[$0]) }
  }
  func seen(_ states: [[Float]]) -> [Float] {
    zip(test.layout.states, states).filter { $0.0.name.hasSuffix("steps_seen") }.flatMap(\.1)
  }
  let initial = test.layout.states.map { bench.array(bench.weights[$0]) }
  #expect(bits(run([4])) == bits(initial))
  // Steps 1 and 2 of the longer text take step 0's statistics, moved by this batch.
  let one = run([3, 1])
  #expect(seen(one) == [1, 0, 1])
  #expect(test.state("lstm.norm_hh_l0.running_mean", bench).allSatisfy { $0 == 0 })
  #expect(test.state("lstm.norm_c_l0.running_mean", bench)[..<3].allSatisfy { $0 != 0 })
  #expect(test.state("lstm.norm_c_l0.running_mean", bench)[3...].allSatisfy { $0 == 0 })
  #expect(bits(run([4, 3, 3], keepsStatistics: true)) == bits(one))
  #expect(seen(run([4, 4, 4])) == [2, 2, 2])
}

/// γ begins with 0.1, β and the means with 0, the variances with 1; names are the LSTM's and its norms'.
@Test func aBatchNormLSTMBeginsAsThePaperSays() {
  var layout = ParameterLayout()
  _ = RecurrentBatchNormParameters(
    &layout, suffix: "l0", inputSize: 2, hiddenSize: 3, stepLimit: 4)
  let bench = Bench(layout, compute: Compute(threadCount: 1))
  bench.weights.initialise(seed: 1)
  #expect(
    layout.parameters.map(\.name) == [
      "lstm.weight_ih_l0", "lstm.weight_hh_l0", "lstm.bias_ih_l0", "lstm.bias_hh_l0",
      "lstm.norm_ih_l0.weight", "lstm.norm_hh_l0.weight", "lstm.norm_c_l0.weight", "lstm.norm_c_l0.bias",
    ])
  for parameter in layout.parameters.dropFirst(4) {
    let value: Float = parameter.name.hasSuffix("bias") ? 0 : 0.1
    #expect(bench.array(bench.weights[parameter]).allSatisfy { $0 == value }, "\(parameter.name)")
  }
  for state in layout.states {
    let value: Float = state.name.hasSuffix("var") ? 1 : 0
    #expect(bench.array(bench.weights[state]).allSatisfy { $0 == value }, "\(state.name)")
  }
  #expect(
    layout.states.map(\.shape) == [[4, 12], [4, 12], [1], [4, 12], [4, 12], [1], [4, 3], [4, 3], [1]])
}
