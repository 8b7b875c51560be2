import CDiscernKernels

// Notation: N sequences, S tokens, T steps, D inputs, H hidden units, G gates, R rows of the input (S, or the
// batch's U distinct words); direction 0 runs forward, direction 1 backward from each sequence's own
// last token. Direction d's half of the output is columns dH ..< (d + 1)H.

extension Tape {
  /// A recurrent layer over packed sequences, with PyTorch's equations.
  ///
  /// - Parameters:
  ///   - input: [R, D].
  ///   - rows: which input row each token takes; `nil` when the input has a row for each token.
  ///   - directions: one (forward) or two (forward, backward).
  ///   - weightDropout: on each direction's `weight_hh`; empty: none.
  ///   - window: steps after which the gradient through time is cut; `nil`: never.
  /// - Returns: [S, directions · H].
  package func recurrentLayer(
    _ input: Variable, rows: TokenRows?, layout: PackedLayout, directions: [RecurrentParameters],
    weightDropout: [DropoutMask] = [], window: Int? = nil
  ) -> Variable {
    precondition(input.value.rows == rows?.rowCount ?? layout.tokenCount, "a row for each token or word")
    let recurrent = directions.enumerated().map { index, parameters in
      recurrentWeights(parameters, weightDropout.isEmpty ? nil : weightDropout[index])
    }
    if isRecording, let window, window < layout.stepCount {
      return truncatedRecurrentLayer(
        input, rows: rows, layout: layout, directions: directions, recurrent: recurrent, window: window)
    }
    return wholeRecurrentLayer(
      input, rows: rows, layout: layout, directions: directions, recurrent: recurrent, from: nil
    ).output
  }

  /// The layer over all steps at once.
  ///
  /// - Parameter initial: of a single forward direction.
  func wholeRecurrentLayer(
    _ input: Variable, rows: TokenRows?, layout: PackedLayout, directions: [RecurrentParameters],
    recurrent: [RecurrentWeights], from initial: RecurrentState?
  ) -> (output: Variable, passes: [RecurrentPass]) {
    let projections = directions.map { workspace.matrix(input.value.rows, $0.gateSize) }
    project(input.value, directions, into: projections)
    let (output, passes, groups) = runForward(
      directions, recurrent, projections: projections, rowOfToken: rows?.rowOfToken, layout: layout,
      from: initial)
    record { [self] in
      guard let outputGradient = output.gradient, let gradients else { return }
      compute.forEach(passes.count * groups.count) { task in
        passes[task / groups.count].runBackward(groups[task % groups.count], outputGradient)
      }
      // dZ by input row; that of words in the place of their Z, which is not needed any more  // [R, GH]
      let projected = passes.map { (rows == nil ? $0.inputGradient() : nil) ?? $0.projection }
      if let rows {
        compute.forEachBlock(of: rows.rowCount, size: 64, times: passes.count) {
          passes[$0].gather($1, of: rows, accumulate: false, into: projected[$0])
        }
      }
      let sums = RecurrentGradients(self, gradients, directions, recurrent)
      sums.add(passes, inputs: passes.indices.map { (projected[$0], input.value) })
      sums.finish()
      let inputGradient = input.gradientToAddTo(self, reusing: outputGradient)
      let weights = directions.map { packed($0.inputWeight, .plain) }
      compute.forEachRows(of: input.value.rows, times: 1) { _, rows in
        for index in passes.indices {
          compute.multiply(
            rows, projected[index], weights[index], accumulate: inputGradient.accumulate || index > 0,
            into: inputGradient.matrix)
        }
      }
    }
    return (output, passes)
  }

  /// Z = X W_ihᵀ + b of every direction  // [R, GH]
  func project(_ input: Matrix, _ directions: [RecurrentParameters], into projections: [Matrix]) {
    let weights = directions.map { packed($0.inputWeight, .transposed) }
    let biases = directions.map(projectionBias)
    compute.forEachRows(of: input.rows, times: directions.count) {
      compute.multiply($1, input, weights[$0], bias: biases[$0].pointer, into: projections[$0])
    }
  }

  /// Runs every direction over every sequence.
  ///
  /// - Parameters:
  ///   - projections: Z for each direction, a row for each token or for whatever `rowOfToken` names.
  ///   - rowOfToken: [S], or `nil`: each token has the row of its own.
  func runForward(
    _ directions: [RecurrentParameters], _ recurrent: [RecurrentWeights], projections: [Matrix],
    rowOfToken: [Int32]?, layout: PackedLayout, from initial: RecurrentState? = nil
  ) -> (output: Variable, passes: [RecurrentPass], groups: SequenceGroups) {
    precondition(
      initial == nil || directions.count == 1, "states are carried by a forward direction alone")
    let output = variable(layout.tokenCount, directions.count * directions[0].hiddenSize)  // [S, dirs · H]
    let passes = directions.indices.map { index in
      let hidden = directions[index].hiddenSize
      let (cell, cellSize) = (directions[index].cell, directions[index].cellSize)
      // What is saved of a token takes the place of its projection, unless other tokens still need that or it
      // is larger.
      let saved =
        rowOfToken == nil && cell.savedCount == cell.gateCount
        ? projections[index] : workspace.matrix(isRecording ? layout.tokenCount : 0, cell.savedCount * hidden)
      return RecurrentPass(
        tape: self, parameters: directions[index], weights: recurrent[index], layout: layout,
        isReverse: index == 1, projection: projections[index], rowOfToken: rowOfToken, output: output.value,
        steps: 0..<layout.stepCount, initialHidden: initial?.hidden,
        saved: isRecording ? saved : nil,
        cells: initialCells(initial, layout, cellSize),
        savedCells: isRecording
          ? SavedCells(workspace, layout, steps: 0..<layout.stepCount, isReverse: index == 1, size: cellSize)
          : nil)
    }
    let groups = SequenceGroups(
      count: layout.sequenceCount, threads: compute.threadCount, directions: directions.count)
    compute.forEach(passes.count * groups.count) { task in
      passes[task / groups.count].runForward(groups[task % groups.count])
    }
    return (output, passes, groups)
  }

  /// Room for an LSTM's c of each sequence, with those that it begins from.
  private func initialCells(_ initial: RecurrentState?, _ layout: PackedLayout, _ size: Int) -> Matrix {
    let cells = workspace.matrix(layout.sequenceCount, size)
    if let initial {
      precondition(
        initial.hidden.rows >= cells.rows && initial.cells.rows >= cells.rows
          && initial.cells.columns == size, "\(initial.hidden.rows) states for \(cells.rows) sequences")
      cells.pointer.update(from: initial.cells.pointer, count: cells.count)
    }
    return cells
  }
}

/// Sums the gradients of a layer's weights over its runs of steps.
struct RecurrentGradients {
  private let tape: Tape
  private let gradients: Gradients
  private let directions: [RecurrentParameters]
  private let recurrent: [RecurrentWeights]
  /// dW_hh: in its place, or apart where it must pass the mask first.
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

  /// Adds a run of every direction.
  ///
  /// - Parameter inputs: dZ of the input side and the rows of X that it belongs to, for each direction; empty
  ///   when they are not known yet.
  func add(_ passes: [RecurrentPass], inputs: [(projected: Matrix, input: Matrix)]) {
    let layout = passes[0].layout
    layout.previousRows.withUnsafeBufferPointer { previous in
      layout.nextRows.withUnsafeBufferPointer { next in
        let recurrentSides = passes.enumerated().flatMap { index, pass in
          pass.recurrentWeightGradient(
            into: recurrentSums[index].pointer,
            biasSums: pass.parameters.cell == .gru ? gradients[pass.parameters.recurrentBias].pointer : nil,
            rowsBefore: pass.isReverse ? next.baseAddress : previous.baseAddress)
        }
        tape.accumulate(recurrentSides + inputs.enumerated().map { inputSide($0, $1.0, $1.1) })
        tape.accumulate(
          passes.enumerated().flatMap { $1.initialWeightGradient(into: recurrentSums[$0].pointer) })
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

/// Contiguous shares of a batch's sequences. A sequence's values do not depend on its share, so the
/// division may follow the number of threads.
struct SequenceGroups {
  private let bounds: [Int]

  init(count: Int, threads: Int, directions: Int) {
    // A group of fewer than eight rows would waste the kernels' tiles.
    let wanted = max(1, min((threads + directions - 1) / directions, count / 8))
    bounds = (0...wanted).map { $0 * count / wanted }
  }

  var count: Int { bounds.count - 1 }
  subscript(index: Int) -> Range<Int> { bounds[index]..<bounds[index + 1] }
}
