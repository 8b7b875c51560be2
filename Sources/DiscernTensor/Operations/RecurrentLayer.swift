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
  ///   - weightDropout: the mask of each direction's `weight_hh`; empty: none.
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
  /// - Parameter initial: the initial states of a single forward direction; nil: zeros.
  func wholeRecurrentLayer(
    _ input: Variable, rows: TokenRows?, layout: PackedLayout, directions: [RecurrentParameters],
    recurrent: [RecurrentWeights], from initial: RecurrentState?
  ) -> (output: Variable, passes: [RecurrentPass]) {
    // Values kept in half the bytes are allocated before the projections, whose memory is released.
    let compact =
      isRecording && activations == .bfloat16
      ? directions.map {
        SavedRows(
          halves: workspace, rows: layout.tokenCount, columns: $0.cell.savedCount * $0.hiddenSize)
      } : nil
    let run = beginForward(directions, layout: layout, from: initial)
    let place = workspace.place
    let projections = directions.map { workspace.matrix(input.value.rows, $0.gateSize) }
    project(input.value, directions, into: projections)
    let (passes, groups) = runForward(
      run, directions, recurrent, projections: projections, rowOfToken: rows?.rowOfToken, layout: layout,
      from: initial, compact: compact)
    if compact != nil { workspace.goBack(to: place) }
    record { [self] in
      guard let outputGradient = run.output.gradient, let gradients else { return }
      compute.forEach(passes.count * groups.count) { task in
        passes[task / groups.count].runBackward(groups[task % groups.count], outputGradient)
      }
      addGradients(
        of: passes, to: input, rows, RecurrentGradients(self, gradients, directions, recurrent),
        reusing: outputGradient, isCompact: compact != nil)
    }
    return (run.output, passes)
  }

  /// Adds the gradients of weights and input, once dz of each token is known.
  private func addGradients(
    of passes: [RecurrentPass], to input: Variable, _ rows: TokenRows?, _ sums: RecurrentGradients,
    reusing outputGradient: Matrix, isCompact: Bool
  ) {
    let saved = passes.compactMap(\.saved)
    let weights = passes.map { packed($0.parameters.inputWeight, .plain) }
    let inputGradient = input.gradientToAddTo(self, reusing: outputGradient)
    func addInput(_ gradients: [Matrix], from first: Int) {
      let target = Matrix(
        inputGradient.matrix.row(first), rows: gradients[0].rows, columns: inputGradient.matrix.columns)
      compute.forEachRows(of: target.rows, times: 1) { _, rows in
        for index in passes.indices {
          compute.multiply(
            rows, gradients[index], weights[index], accumulate: inputGradient.accumulate || index > 0,
            into: target)
        }
      }
    }
    // dZ by word, replacing the words' Z, which is no longer needed // [U, GH]
    let byWord = rows.map { rows in
      let sums = passes.map { isCompact ? workspace.matrix(rows.rowCount, $0.gateSize) : $0.projection }
      compute.forEachBlock(of: rows.rowCount, size: 64, times: passes.count) {
        passes[$0].gather($1, of: rows, accumulate: false, into: sums[$0])
      }
      return sums
    }
    let memory = saved.map { $0.chunkMemory(workspace) }
    let inputMemory = passes.indices.map {
      isCompact ? saved[$0].chunkMemory(workspace, columns: passes[$0].gateSize) : passes[$0].projection
    }
    for chunk in saved[0].chunks {
      let gradients = saved.indices.map { saved[$0].floats(chunk, compute, into: memory[$0]) }
      if let byWord {
        let isFirst = chunk.lowerBound == 0
        sums.add(
          passes, gradients, from: chunk.lowerBound, inputs: isFirst ? byWord.map { ($0, input.value) } : [])
      } else {
        let projected = passes.indices.map { passes[$0].inputGradient(gradients[$0], into: inputMemory[$0]) }
        let part = Matrix(
          input.value.row(chunk.lowerBound), rows: chunk.count, columns: input.value.columns)
        sums.add(passes, gradients, from: chunk.lowerBound, inputs: projected.map { ($0, part) })
        addInput(projected, from: chunk.lowerBound)
      }
    }
    sums.finish()
    if let byWord { addInput(byWord, from: 0) }
  }

  /// Z = X W_ihᵀ + b of every direction  // [R, GH]
  func project(_ input: Matrix, _ directions: [RecurrentParameters], into projections: [Matrix]) {
    let weights = directions.map { packed($0.inputWeight, .transposed) }
    let biases = directions.map(projectionBias)
    compute.forEachRows(of: input.rows, times: directions.count) {
      compute.multiply($1, input, weights[$0], bias: biases[$0].pointer, into: projections[$0])
    }
  }

  /// The results of a run over all steps, by direction.
  struct RecurrentRun {
    let output: Variable  // [S, dirs · H]
    let cells: [Matrix]
    let savedCells: [SavedCells]?
  }

  func beginForward(
    _ directions: [RecurrentParameters], layout: PackedLayout, from initial: RecurrentState? = nil
  ) -> RecurrentRun {
    precondition(
      initial == nil || directions.count == 1, "states are carried by a forward direction alone")
    return RecurrentRun(
      output: variable(layout.tokenCount, directions.count * directions[0].hiddenSize),
      cells: directions.map { initialCells(initial, layout, $0.cellSize) },
      savedCells: isRecording
        ? directions.enumerated().map {
          SavedCells(
            workspace, layout, steps: 0..<layout.stepCount, isReverse: $0 == 1, size: $1.cellSize)
        } : nil)
  }

  /// Runs every direction over every sequence.
  ///
  /// - Parameters:
  ///   - projections: Z for each direction, a row for each token, or for each row that `rowOfToken` refers
  ///     to.
  ///   - rowOfToken: [S], or `nil`: each token has its own row.
  ///   - compact: where values for backward are kept in half the bytes; `nil`: they are floats.
  func runForward(
    _ run: RecurrentRun, _ directions: [RecurrentParameters], _ recurrent: [RecurrentWeights],
    projections: [Matrix], rowOfToken: [Int32]?, layout: PackedLayout, from initial: RecurrentState? = nil,
    compact: [SavedRows]? = nil
  ) -> (passes: [RecurrentPass], groups: SequenceGroups) {
    let passes = directions.indices.map { index in
      RecurrentPass(
        tape: self, parameters: directions[index], weights: recurrent[index], layout: layout,
        isReverse: index == 1, projection: projections[index], rowOfToken: rowOfToken,
        output: run.output.value, steps: 0..<layout.stepCount, initialHidden: initial?.hidden,
        saved: isRecording
          ? compact?[index]
            ?? saved(directions[index], layout, projections[index], isByWord: rowOfToken != nil)
          : nil,
        cells: run.cells[index], savedCells: run.savedCells?[index])
    }
    let groups = SequenceGroups(
      count: layout.sequenceCount, threads: compute.threadCount, directions: directions.count)
    compute.forEach(passes.count * groups.count) { task in
      passes[task / groups.count].runForward(groups[task % groups.count])
    }
    return (passes, groups)
  }

  /// A token's saved values replace its projection, unless other tokens still need that or its size differs.
  private func saved(
    _ parameters: RecurrentParameters, _ layout: PackedLayout, _ projection: Matrix, isByWord: Bool
  ) -> SavedRows {
    let cell = parameters.cell
    return SavedRows(
      !isByWord && cell.savedCount == cell.gateCount
        ? projection : workspace.matrix(layout.tokenCount, cell.savedCount * parameters.hiddenSize))
  }

  /// Memory for an LSTM's c of each sequence, with the initial values.
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
