import DiscernIO
import DiscernTensor

/// An LSTM whose directions each decide at every step whether to take it (Campos et al. 2018).
struct SkippingLSTM: SequenceLayer {
  private let directions: [SkipLSTMParameters]
  private let index: Int

  /// - Parameter index: the layer's index, from 0.
  init(
    _ layout: inout ParameterLayout, index: Int, inputSize: Int, hiddenSize: Int, isBidirectional: Bool
  ) {
    self.index = index
    var directions: [SkipLSTMParameters] = []
    for suffix in isBidirectional ? ["", "_reverse"] : [""] {
      directions.append(
        SkipLSTMParameters(
          &layout, suffix: "l\(index)\(suffix)", inputSize: inputSize, hiddenSize: hiddenSize))
    }
    self.directions = directions
  }

  func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    let result = states(input, pass)
    pass.note(StepCounts(taken: result.taken, all: directions.count * pass.layout.tokenCount))
    pass.watch?.add(result.output.value, layer: index)
    return Sequences(result.output)
  }

  private func states(_ input: Sequences, _ pass: Pass) -> (output: Variable, taken: Int) {
    if let vectors = input.deferred, let cache = pass.cache, let rows = input.tokenRows,
      let kept = pass.tape.skipLSTM(
        words: pass.batch.distinctIDs, rows: rows, layout: pass.layout, directions: directions, cache: cache,
        vectors: vectors)
    {
      return kept
    }
    return pass.tape.skipLSTM(
      input.rows(pass), rows: input.tokenRows, layout: pass.layout, directions: directions,
      updateCost: pass.updateCost)
  }

  func describe(to description: inout NetworkDescription) {
    let hidden = directions[0].recurrent.hiddenSize
    description.add(
      (directions.count == 2 ? "bidirectional LSTM, 2 × \(hidden)" : "LSTM, \(hidden)") + ", skip gates",
      .tokens(directions.count * hidden), .skippingLSTM(directions), parameters: directions.flatMap(\.all),
      productsPerToken: directions.reduce(0) {
        $0 + $1.recurrent.inputWeight.count + $1.recurrent.recurrentWeight.count
      })
  }
}
