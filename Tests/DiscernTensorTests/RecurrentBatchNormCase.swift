import DiscernTensor

/// A layer of the reference, and the same weights for a tape.
struct RecurrentBatchNormCase {
  let layer: ReferenceBatchNormLayer
  let parameters: [RecurrentBatchNormParameters]
  let layout: ParameterLayout

  /// Every weight's name and where the reference keeps it.
  static var weights: [(name: String, path: WritableKeyPath<ReferenceBatchNormLSTM, [Double]>)] {
    [
      ("lstm.weight_ih_%", \.lstm.inputWeight.values), ("lstm.weight_hh_%", \.lstm.recurrentWeight.values),
      ("lstm.bias_ih_%", \.lstm.inputBias), ("lstm.bias_hh_%", \.lstm.recurrentBias),
      ("lstm.norm_ih_%.weight", \.inputScale), ("lstm.norm_hh_%.weight", \.hiddenScale),
      ("lstm.norm_c_%.weight", \.cellScale), ("lstm.norm_c_%.bias", \.cellShift),
    ]
  }

  init(_ layer: ReferenceBatchNormLayer, stepLimit: Int = 100) {
    self.layer = layer
    var layout = ParameterLayout()
    parameters = layer.directions.enumerated().map { d, direction in
      RecurrentBatchNormParameters(
        &layout, suffix: Self.suffix(d), inputSize: direction.lstm.inputWeight.columns,
        hiddenSize: direction.hidden, stepLimit: stepLimit)
    }
    self.layout = layout
  }

  init(_ random: inout RandomValues, inputs: Int, hidden: Int, directions: Int, stepLimit: Int = 100) {
    let plain = random.lstm(inputs: inputs, hidden: hidden, directions: directions)
    let layer = ReferenceBatchNormLayer(
      directions: plain.directions.map { lstm in
        var direction = ReferenceBatchNormLSTM(inputs: inputs, hidden: hidden)
        direction.lstm = lstm
        direction.inputScale = random.values(4 * hidden)
        direction.hiddenScale = random.values(4 * hidden)
        direction.cellScale = random.values(hidden)
        direction.cellShift = random.values(hidden)
        return direction
      })
    self.init(layer, stepLimit: stepLimit)
  }

  static func suffix(_ direction: Int) -> String { direction == 0 ? "l0" : "l0_reverse" }

  private func parameter(_ name: String, _ direction: Int) -> Parameter? {
    let name = name.replacing("%", with: Self.suffix(direction))
    return layout.parameters.first { $0.name == name }
  }

  func values(_ layer: ReferenceBatchNormLayer) -> [(Parameter, [Double])] {
    layer.directions.enumerated().flatMap { d, direction in
      Self.weights.compactMap { name, path in parameter(name, d).map { ($0, direction[keyPath: path]) } }
    }
  }

  func expected(_ gradient: ReferenceBatchNormLayer) -> [Expected] {
    values(gradient).map { Expected($0.name, $1) }
  }

  func state(_ name: String, _ bench: Bench) -> [Float] {
    layout.states.first { $0.name == name }.map { bench.array(bench.weights[$0]) } ?? []
  }

  func bench(_ compute: Compute, isRecording: Bool = true) -> Bench {
    let bench = Bench(layout, compute: compute, isRecording: isRecording)
    bench.weights.initialise(seed: 1)
    for (parameter, values) in values(layer) { bench.weights[parameter].copy(values) }
    return bench
  }

  /// The output and all gradients: the input's, then each weight's. Running statistics stay mean 0,
  /// variance 1, as the reference has them.
  func run(
    _ input: RealMatrix, rows: TokenRows?, _ lengths: [Int], _ dY: RealMatrix, _ compute: Compute,
    weightDropout: [DropoutMask] = []
  ) -> [[Float]] {
    let bench = bench(compute)
    let x = bench.variable(input)
    let tape = Tape(
      compute: compute, workspace: bench.tape.workspace, weights: bench.weights, gradients: bench.gradients,
      keepsStatistics: true)
    let y = tape.batchNormLSTM(
      x, rows: rows, layout: PackedLayout(lengths: lengths), directions: parameters,
      weightDropout: weightDropout)
    let output = bench.value(y)
    y.gradientToAddTo(tape).matrix.copy(dY.values)
    tape.runBackward()
    return [output, bench.gradient(x)] + values(layer).map { bench.gradient($0.0) }
  }
}
