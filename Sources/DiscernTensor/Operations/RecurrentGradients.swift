import CDiscernKernels

/// Sums the gradients of a layer's weights over its runs of steps.
struct RecurrentGradients {
  private let tape: Tape
  private let gradients: Gradients
  private let directions: [RecurrentParameters]
  private let recurrent: [RecurrentWeights]
  /// dW_hh: the gradient itself, or separate sums if the mask must be applied to them first.
  private let recurrentSums: [Matrix]
  /// Σ dZ of cells whose two biases have the same gradient.
  private let biasSums: [Matrix]

  init(
    _ tape: Tape, _ gradients: Gradients, _ directions: [RecurrentParameters], _ recurrent: [RecurrentWeights]
  ) {
    self.tape = tape
    self.gradients = gradients
    self.directions = directions
    self.recurrent = recurrent
    recurrentSums = directions.indices.map {
      recurrent[$0].dropout == nil
        ? gradients[directions[$0].recurrentWeight]
        : tape.workspace.zeros(directions[$0].gateSize, directions[$0].hiddenSize)
    }
    biasSums = directions.map { tape.workspace.zeros(1, $0.gateSize) }
  }

  /// Adds the gradients of a chunk of tokens of every direction's run.
  ///
  /// - Parameters:
  ///   - changes: dz of these tokens, by direction.
  ///   - first: the index of the first of them in the run.
  ///   - inputs: dZ of the input side and the corresponding rows of X, for each direction; empty if they are
  ///     not known yet.
  func add(
    _ passes: [RecurrentPass], _ changes: [Matrix], from first: Int,
    inputs: [(projected: Matrix, input: Matrix)]
  ) {
    let layout = passes[0].layout
    layout.previousRows.withUnsafeBufferPointer { previous in
      layout.nextRows.withUnsafeBufferPointer { next in
        let recurrentSides = passes.enumerated().map { index, pass in
          pass.recurrentWeightGradient(
            changes[index], from: first, into: recurrentSums[index].pointer,
            biasSums: pass.parameters.cell == .gru ? gradients[pass.parameters.recurrentBias].pointer : nil,
            rowsBefore: pass.isReverse ? next.baseAddress : previous.baseAddress)
        }
        tape.accumulate(recurrentSides + inputs.enumerated().map { inputSide($0, $1.0, $1.1) })
        tape.accumulate(
          passes.enumerated().compactMap {
            $1.initialWeightGradient(changes[$0], from: first, into: recurrentSums[$0].pointer)
          })
      }
    }
  }

  /// Adds the sums of the input side over all runs.
  func add(inputs: [(projected: Matrix, input: Matrix)]) {
    tape.accumulate(inputs.enumerated().map { inputSide($0, $1.0, $1.1) })
  }

  /// dW_ih = dZᵀ X, and the sums over dZ for the biases.
  private func inputSide(_ index: Int, _ projected: Matrix, _ input: Matrix) -> WeightGradient {
    let parameters = directions[index]
    return WeightGradient(
      projected, m: parameters.gateSize, input.pointer, bStride: input.columns, n: input.columns,
      into: gradients[parameters.inputWeight].pointer,
      sums: parameters.cell == .gru ? gradients[parameters.inputBias].pointer : biasSums[index].pointer)
  }

  func finish() {
    for (index, parameters) in directions.enumerated() {
      if parameters.cell != .gru {
        // Both biases are added, so both have the same gradient.
        for bias in [parameters.inputBias, parameters.recurrentBias] {
          tape.kernels.axpy(parameters.gateSize, 1, biasSums[index].pointer, gradients[bias].pointer)
        }
      }
      if let dropout = recurrent[index].dropout {
        tape.applyMask(
          recurrentSums[index], dropout, accumulate: true, into: gradients[parameters.recurrentWeight])
      }
    }
  }
}
