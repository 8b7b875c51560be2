import DiscernIO
import DiscernTensor

/// A recurrent layer that reads texts forwards, or in both directions.
package struct Recurrent: SequenceLayer {
  /// One of a network's stacks of recurrent layers.
  package struct Stack: Sendable {
    /// The prefix of its weights' names.
    let name: String
    /// The number of recurrent layers in the stacks below it.
    let below: Int

    /// The only one, or the lowest.
    package static let lowest = Stack(name: "", below: 0)
  }

  private let directions: [RecurrentParameters]
  /// The layer's index among those of all stacks.
  private let index: Int
  private let window: Int?
  private let weightDropout: Float

  /// - Parameters:
  ///   - index: the layer's index in its stack, from 0.
  ///   - window: the number of time steps after which training truncates the gradient; `nil`: never.
  ///   - weightDropout: the dropout rate of the recurrent weights without a schedule.
  package init(
    _ layout: inout ParameterLayout, cell: RecurrentCell, index: Int, inputSize: Int, hiddenSize: Int,
    isBidirectional: Bool, window: Int?, weightDropout: Float, stack: Stack = .lowest
  ) {
    self.index = stack.below + index
    self.window = window
    self.weightDropout = weightDropout
    var directions: [RecurrentParameters] = []
    for suffix in isBidirectional ? ["", "_reverse"] : [""] {
      directions.append(
        RecurrentParameters(
          &layout, cell: cell, prefix: stack.name, suffix: "l\(index)\(suffix)", inputSize: inputSize,
          hiddenSize: hiddenSize))
    }
    self.directions = directions
  }

  /// The units of all directions together.
  private var outputSize: Int { directions.reduce(0) { $0 + $1.hiddenSize } }

  package func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    if let vectors = input.deferred, let cache = pass.cache, let rows = input.tokenRows,
      let states = pass.tape.recurrentLayer(
        words: pass.batch.distinctIDs, rows: rows, layout: pass.layout, directions: directions,
        cache: cache, vectors: vectors)
    {
      return Sequences(states)
    }
    let states = pass.tape.recurrentLayer(
      input.rows(pass), rows: input.tokenRows, layout: pass.layout, directions: directions,
      weightDropout: directions.indices.map {
        DropoutMask(
          probability: pass.rates?.weights ?? weightDropout,
          stream: pass.stream(.weightDropout, index * directions.count + $0))
      }, window: pass.tape.isInference ? nil : window)
    pass.watch?.add(states.value, layer: index)
    return Sequences(states)
  }

  package func describe(to description: inout NetworkDescription) {
    let (cell, hidden) = (directions[0].cell, directions[0].hiddenSize)
    let name = cell == .rnn ? "RNN" : cell.rawValue.uppercased()
    description.add(
      (directions.count == 2 ? "bidirectional \(name), 2 × \(hidden)" : "\(name), \(hidden)")
        + (weightDropout > 0 ? ", weight drop \(weightDropout)" : ""),
      .tokens(outputSize), .recurrent(directions),
      parameters: directions.flatMap {
        [$0.inputWeight, $0.recurrentWeight, $0.inputBias, $0.recurrentBias]
      },
      productsPerToken: directions.reduce(0) { $0 + $1.inputWeight.count + $1.recurrentWeight.count })
  }
}

/// For a single direction, forward: the next segment starts from the state after this one.
extension Recurrent: SegmentLayer {
  package func opened(_ pass: Pass, length: Int) -> SegmentRun {
    precondition(directions.count == 1, "a layer that reads from the end cannot continue")
    return SegmentRun(shared: []) { input, part, state in
      var before: RecurrentState?
      if case .recurrent(let own)? = state { before = own }
      let result = part.tape.recurrentLayer(
        input, rows: nil, layout: part.layout, directions[0], from: before,
        // One mask per training step, not per segment.
        weightDropout: DropoutMask(
          probability: pass.rates?.weights ?? weightDropout, stream: pass.stream(.weightDropout, index)))
      return (result.output, .recurrent(result.state))
    }
  }
}
