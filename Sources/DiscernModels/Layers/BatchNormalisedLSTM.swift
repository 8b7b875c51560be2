import DiscernIO
import DiscernTensor

/// An LSTM whose products and cells are normalised step by step (Cooijmans et al. 2017).
struct BatchNormalisedLSTM: SequenceLayer {
  private let directions: [RecurrentBatchNormParameters]
  private let index: Int
  private let weightDropout: Float

  /// - Parameters:
  ///   - index: the layer's index, from 0.
  ///   - stepLimit: the number of steps that have their own statistics; later steps use the last one's.
  ///   - weightDropout: the dropout rate of the recurrent weights without a schedule.
  init(
    _ layout: inout ParameterLayout, index: Int, inputSize: Int, hiddenSize: Int, isBidirectional: Bool,
    stepLimit: Int, weightDropout: Float
  ) {
    self.index = index
    self.weightDropout = weightDropout
    var directions: [RecurrentBatchNormParameters] = []
    for suffix in isBidirectional ? ["", "_reverse"] : [""] {
      directions.append(
        RecurrentBatchNormParameters(
          &layout, suffix: "l\(index)\(suffix)", inputSize: inputSize, hiddenSize: hiddenSize,
          stepLimit: stepLimit))
    }
    self.directions = directions
  }

  func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    let states = pass.tape.batchNormLSTM(
      input.rows(pass), rows: input.tokenRows, layout: pass.layout, directions: directions,
      weightDropout: directions.indices.map {
        DropoutMask(
          probability: pass.rates?.weights ?? weightDropout,
          stream: pass.stream(.weightDropout, index * directions.count + $0))
      })
    pass.watch?.add(states.value, layer: index)
    return Sequences(states)
  }

  func describe(to description: inout NetworkDescription) {
    let hidden = directions[0].hiddenSize
    description.add(
      (directions.count == 2 ? "bidirectional LSTM, 2 × \(hidden)" : "LSTM, \(hidden)")
        + ", batch-normalised" + (weightDropout > 0 ? ", weight drop \(weightDropout)" : ""),
      .tokens(directions.count * hidden), .batchNormalisedLSTM(directions),
      parameters: directions.flatMap(\.all),
      productsPerToken: directions.reduce(0) {
        $0 + $1.recurrent.inputWeight.count + $1.recurrent.recurrentWeight.count
      })
  }
}
