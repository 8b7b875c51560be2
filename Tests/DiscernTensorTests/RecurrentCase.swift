import DiscernTensor

typealias LSTMCase = RecurrentCase<ReferenceLSTM>

/// A layer of the reference, and the same weights for a tape.
struct RecurrentCase<Cell: ReferenceCell> {
  let layer: ReferenceLayer<Cell>
  let parameters: [RecurrentParameters]
  let layout: ParameterLayout

  static var cell: RecurrentCell {
    switch Cell.self {
    case is ReferenceGRU.Type: .gru
    case is ReferenceRNN.Type: .rnn
    default: .lstm
    }
  }

  init(_ layer: ReferenceLayer<Cell>) {
    self.layer = layer
    var layout = ParameterLayout()
    parameters = layer.directions.enumerated().map { index, direction in
      RecurrentParameters(
        &layout, cell: Self.cell, suffix: index == 0 ? "l0" : "l0_reverse",
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

  func expected(_ gradient: ReferenceLayer<Cell>) -> [Expected] {
    gradient.directions.enumerated().flatMap { d, direction in
      [
        Expected("weight_ih \(d)", direction.inputWeight),
        Expected("weight_hh \(d)", direction.recurrentWeight),
        Expected("bias_ih \(d)", direction.inputBias), Expected("bias_hh \(d)", direction.recurrentBias),
      ]
    }
  }

  /// The output and all gradients: the input's, then each weight's in the order of `values`.
  func run(
    _ input: RealMatrix, rows: TokenRows?, _ lengths: [Int], _ dY: RealMatrix, _ compute: Compute,
    weightDropout: [DropoutMask] = [], window: Int? = nil, activations: ActivationStorage = .float32
  ) -> [[Float]] {
    let bench = Bench(layout, values, compute: compute, activations: activations)
    let x = bench.variable(input)
    let y = bench.tape.recurrentLayer(
      x, rows: rows, layout: PackedLayout(lengths: lengths), directions: parameters,
      weightDropout: weightDropout, window: window)
    let output = bench.value(y)
    bench.runBackward(y, dY)
    return [output, bench.gradient(x)] + values.map { bench.gradient($0.0) }
  }
}
