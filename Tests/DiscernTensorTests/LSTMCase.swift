import DiscernTensor

/// An LSTM layer of the reference, and the same weights for a tape.
struct LSTMCase {
  let layer: ReferenceLSTMLayer
  let parameters: [LSTMParameters]
  let layout: ParameterLayout

  init(_ layer: ReferenceLSTMLayer) {
    self.layer = layer
    var layout = ParameterLayout()
    parameters = layer.directions.enumerated().map { index, direction in
      LSTMParameters(
        &layout, prefix: "lstm", suffix: index == 0 ? "l0" : "l0_reverse",
        inputSize: direction.inputWeight.columns, hiddenSize: direction.hidden)
    }
    self.layout = layout
  }

  var values: [(Parameter, [Double])] {
    zip(parameters, layer.directions).flatMap { parameters, direction in
      [
        (parameters.inputWeight, direction.inputWeight.values),
        (parameters.recurrentWeight, direction.recurrentWeight.values),
        (parameters.inputBias, direction.inputBias), (parameters.recurrentBias, direction.recurrentBias),
      ]
    }
  }

  func expected(_ gradient: ReferenceLSTMLayer) -> [Expected] {
    gradient.directions.enumerated().flatMap { d, direction in
      [
        Expected("weight_ih \(d)", direction.inputWeight),
        Expected("weight_hh \(d)", direction.recurrentWeight),
        Expected("bias_ih \(d)", direction.inputBias), Expected("bias_hh \(d)", direction.recurrentBias),
      ]
    }
  }

  /// The output and all gradients: the input's, then each weight's in the order of `values`.
  func run(_ input: RealMatrix, rows: TokenRows?, _ lengths: [Int], _ dY: RealMatrix, _ compute: Compute)
    -> [[Float]]
  {
    let bench = Bench(layout, values, compute: compute)
    let x = bench.variable(input)
    let y = bench.tape.packedLSTM(
      x, rows: rows, layout: PackedLayout(lengths: lengths), directions: parameters)
    let output = bench.value(y)
    bench.runBackward(y, dY)
    return [output, bench.gradient(x)] + values.map { bench.gradient($0.0) }
  }
}
