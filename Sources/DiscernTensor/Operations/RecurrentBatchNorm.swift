import CDiscernKernels

// Notation: N sequences, S tokens, T steps, D inputs, H hidden units, R rows of the input (S, or the
// batch's U distinct words). A direction's order is that of the packed layout with its own steps: step t of
// the backward direction is each text's t-th token from its end.

extension Tape {
  /// A batch-normalised LSTM over packed sequences (Cooijmans et al. 2017, Recurrent Batch Normalization,
  /// eq. 6 to 8), with BN(x; γ, β) = γ (x - mean) / √(variance + 1e-5) + β, feature by feature:
  ///
  ///     z = BN(W_ih x; γ_x) + BN(W_hh h'; γ_h) + b
  ///     c = σ(f) c' + σ(i) tanh(g),  h = σ(o) tanh(BN(c; γ_c, β_c))
  ///
  /// Each of the three has separate statistics at each step, taken over the texts that reach it; steps count
  /// from the end at which a direction begins to read. Beyond the parameters' limit, and beyond the last step
  /// that two texts of a training batch have reached, steps use the running statistics of the last known
  /// step. With gradients the batch's statistics are used, and the running ones follow them unless the tape
  /// keeps them; a step that only one text reaches has no variance: it is normalised by the running
  /// statistics and does not change them. Without gradients the running statistics are used, so that a text's
  /// values do not depend on its batch. W_hh h' of a text's first step is zero, and so is its normalisation.
  ///
  /// Cost: the products of an LSTM, without the fused step (8H(D + H) operations per token forward, twice
  /// that backward), and about 60H more for the normalisations in loops of plain Swift. Memory with
  /// gradients: 12H floats per token and direction, an LSTM's are 5H. Two directions run on two threads at
  /// most.
  ///
  /// Statistics over a step make the texts of a batch depend on one another, so gradients of accumulated
  /// batches are not those of the one large batch. There is no truncated back-propagation: its windows
  /// begin at a text's start in both directions, while the backward direction's steps begin at its end, so
  /// that a window would hold parts of the groups of many steps.
  ///
  /// - Parameters:
  ///   - input: [R, D].
  ///   - rows: which input row each token takes; `nil` when the input has a row for each token.
  ///   - directions: one (forward) or two (forward, backward).
  ///   - weightDropout: the mask of each direction's `weight_hh`; empty: none.
  /// - Returns: [S, directions · H].
  package func batchNormLSTM(
    _ input: Variable, rows: TokenRows?, layout: PackedLayout, directions: [RecurrentBatchNormParameters],
    weightDropout: [DropoutMask] = []
  ) -> Variable {
    precondition(input.value.rows == rows?.rowCount ?? layout.tokenCount, "a row for each token or word")
    let output = variable(layout.tokenCount, directions.count * directions[0].hiddenSize)
    let passes = directions.enumerated().map { index, parameters in
      RecurrentBatchNormPass(
        self, parameters, direction: index, layout: layout, rowOfToken: rows?.rowOfToken,
        inputRows: input.value.rows,
        weights: recurrentWeights(
          parameters.recurrent, weightDropout.isEmpty ? nil : weightDropout[index], packing: .transposed),
        output: output.value)
    }
    let inputWeights = directions.map { packed($0.recurrent.inputWeight, .transposed) }
    compute.forEachRows(of: input.value.rows, times: passes.count) {
      compute.multiply($1, input.value, inputWeights[$0], into: passes[$0].projection)
    }
    compute.forEach(passes.count) { passes[$0].runForward() }
    record { [self] in
      guard let outputGradient = output.gradient, let gradients else { return }
      let carried = passes.map { $0.makeCarried() }
      compute.forEach(passes.count) {
        passes[$0].runBackward(outputGradient, carried[$0], gradients)
        passes[$0].gather(rows)
      }
      for pass in passes { pass.accumulateWeightGradients(input.value, gradients) }
      let inputGradient = input.gradientToAddTo(self, reusing: outputGradient)
      let weights = directions.map { packed($0.recurrent.inputWeight, .plain) }
      compute.forEachRows(of: input.value.rows, times: 1) { _, rows in
        for index in passes.indices {
          compute.multiply(
            rows, passes[index].projection, weights[index], accumulate: inputGradient.accumulate || index > 0,
            into: inputGradient.matrix)
        }
      }
    }
    return output
  }
}
