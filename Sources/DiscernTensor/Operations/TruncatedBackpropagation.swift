import CDiscernKernels

// Back-propagation through time, cut at every `window` steps from a text's start (Williams and Peng 1990).
//
// A layer's memory grows with S by the values that backward needs of each step: the gates, 4H floats per
// token and direction in an LSTM. Here forward keeps only the hidden states, which the next layer and the
// pooling read, and the cells at the windows' borders. Backward goes through the windows again, recomputes a
// window's Z and gates from the values kept at its border (with the same bits, since the same kernels read
// the same numbers), takes its gradients, and reuses the memory for the next window. The gradient that would
// flow over a border is dropped; the states themselves are passed on.
//
// Windows begin at a text's first token in both directions, so where a text is cut does not depend on its
// batch, and a text of at most `window` tokens has its full gradient.

extension Tape {
  func truncatedRecurrentLayer(
    _ input: Variable, rows: TokenRows?, layout: PackedLayout, directions: [RecurrentParameters],
    recurrent: [RecurrentWeights], window: Int
  ) -> Variable {
    precondition(window > 0, "a window of \(window) steps")
    let run = TruncatedRun(
      self, input, rows: rows, layout: layout, directions: directions, recurrent: recurrent, window: window)
    run.forward()
    record { [self] in
      guard let outputGradient = run.output.gradient, let gradients else { return }
      run.backward(outputGradient, gradients)
    }
    return run.output
  }
}

private struct TruncatedRun {
  let tape: Tape
  let input: Variable
  let rows: TokenRows?
  let layout: PackedLayout
  let directions: [RecurrentParameters]
  let recurrent: [RecurrentWeights]
  let windows: [Range<Int>]
  let output: Variable
  /// Z of all words, or of one window's tokens at a time, for each direction.
  let projections: [Matrix]
  /// c of each sequence, after the latest forward step.  // [N, H]
  let cells: [Matrix]
  /// By direction and window: c of the step before the window.
  let borders: [[Matrix]]
  let groups: SequenceGroups

  init(
    _ tape: Tape, _ input: Variable, rows: TokenRows?, layout: PackedLayout,
    directions: [RecurrentParameters], recurrent: [RecurrentWeights], window: Int
  ) {
    self.tape = tape
    self.input = input
    self.rows = rows
    self.layout = layout
    self.directions = directions
    self.recurrent = recurrent
    let windows = stride(from: 0, to: layout.stepCount, by: window).map {
      $0..<min($0 + window, layout.stepCount)
    }
    self.windows = windows
    output = tape.variable(layout.tokenCount, directions.count * directions[0].hiddenSize)
    let largest = layout.offsets[windows[0].upperBound]
    projections = directions.map { tape.workspace.matrix(rows?.rowCount ?? largest, $0.gateSize) }
    cells = directions.map { tape.workspace.zeros(layout.sequenceCount, $0.cellSize) }
    borders = directions.map { parameters in
      windows.map { tape.workspace.matrix(layout.batchSizes[$0.lowerBound], parameters.cellSize) }
    }
    groups = SequenceGroups(
      count: layout.sequenceCount, threads: tape.compute.threadCount, directions: directions.count)
    if rows != nil { tape.project(input.value, directions, into: projections) }
  }

  /// The `index`-th window that a direction reaches.
  private func window(_ index: Int, _ direction: Int) -> Int {
    direction == 0 ? index : windows.count - 1 - index
  }

  /// Rows of an [S, .] matrix that belong to a window.
  private func part(_ matrix: Matrix, _ window: Int) -> Matrix {
    let first = layout.offsets[windows[window].lowerBound]
    return Matrix(
      matrix.row(first), rows: layout.offsets[windows[window].upperBound] - first, columns: matrix.columns)
  }

  /// Computes Z of the tokens of each direction's window.
  private func projectWindows(_ current: [Int]) {
    guard rows == nil else { return }
    for (d, parameters) in directions.enumerated() {
      let rows = part(input.value, current[d])
      tape.project(
        rows, [parameters],
        into: [Matrix(projections[d].pointer, rows: rows.rows, columns: projections[d].columns)])
    }
  }

  private func pass(_ d: Int, _ window: Int, saved: Matrix? = nil, _ savedCells: SavedCells? = nil)
    -> RecurrentPass
  {
    RecurrentPass(
      tape: tape, parameters: directions[d], weights: recurrent[d], layout: layout, isReverse: d == 1,
      projection: projections[d], rowOfToken: rows?.rowOfToken, output: output.value, steps: windows[window],
      saved: saved.map { SavedRows($0) }, cells: cells[d], savedCells: savedCells)
  }

  func forward() {
    for index in windows.indices {
      let current = directions.indices.map { window(index, $0) }
      projectWindows(current)
      for d in directions.indices {
        let border = borders[d][current[d]]
        border.pointer.update(from: cells[d].pointer, count: border.count)
      }
      let passes = directions.indices.map { pass($0, current[$0]) }
      tape.compute.forEach(passes.count * groups.count) { task in
        passes[task / groups.count].runForward(groups[task % groups.count])
      }
    }
  }

  func backward(_ outputGradient: Matrix, _ gradients: Gradients) {
    let largest = layout.offsets[windows[0].upperBound]
    let saved = directions.enumerated().map { d, parameters in
      // As in a run over all steps.
      rows == nil && parameters.cell.savedCount == parameters.cell.gateCount
        ? projections[d]
        : tape.workspace.matrix(largest, parameters.cell.savedCount * parameters.hiddenSize)
    }
    // Later windows have no more sequences at any of their steps than the first.
    let savedCells = directions.enumerated().map { d, parameters in
      SavedCells(tape.workspace, layout, steps: windows[0], isReverse: d == 1, size: parameters.cellSize)
    }
    // dZ by word, summed over the windows  // [U, GH]
    let byWord = rows.map { rows in directions.map { tape.workspace.zeros(rows.rowCount, $0.gateSize) } }
    let sums = RecurrentGradients(tape, gradients, directions, recurrent)
    let inputGradient = input.gradientToAddTo(tape)
    if rows == nil && !inputGradient.accumulate { inputGradient.matrix.fill(0) }
    for index in windows.indices.reversed() {
      let current = directions.indices.map { window(index, $0) }
      projectWindows(current)
      let passes = directions.indices.map { d in
        let border = borders[d][current[d]]
        cells[d].pointer.update(from: border.pointer, count: border.count)
        let count = part(outputGradient, current[d]).rows
        return pass(
          d, current[d], saved: Matrix(saved[d].pointer, rows: count, columns: saved[d].columns),
          savedCells[d])
      }
      tape.compute.forEach(passes.count * groups.count) { task in
        let (pass, group) = (passes[task / groups.count], groups[task % groups.count])
        pass.runForward(group)
        pass.runBackward(group, outputGradient)
      }
      let changes = passes.indices.map {
        Matrix(saved[$0].pointer, rows: passes[$0].rowCount, columns: saved[$0].columns)
      }
      if let rows, let byWord {
        sums.add(passes, changes, from: 0, inputs: [])
        for pass in passes {
          let tokens = pass.firstRow..<pass.firstRow + pass.rowCount
          let ofWindow = TokenRows(rowOfToken: Array(rows.rowOfToken[tokens]), rowCount: rows.rowCount)
          tape.compute.forEachBlock(of: rows.rowCount, size: 64) {
            pass.gather($0, of: ofWindow, accumulate: true, into: byWord[pass.isReverse ? 1 : 0])
          }
        }
      } else {
        let projected = passes.indices.map {
          passes[$0].inputGradient(changes[$0], into: passes[$0].projection)
        }
        sums.add(
          passes, changes, from: 0,
          inputs: passes.indices.map { (projected[$0], part(input.value, current[$0])) })
        for d in directions.indices {
          tape.compute.multiply(
            projected[d], tape.packed(directions[d].inputWeight, .plain), accumulate: true,
            into: part(inputGradient.matrix, current[d]))
        }
      }
    }
    if let byWord {
      sums.add(inputs: byWord.map { ($0, input.value) })
      for d in directions.indices {
        tape.compute.multiply(
          byWord[d], tape.packed(directions[d].inputWeight, .plain),
          accumulate: inputGradient.accumulate || d > 0, into: inputGradient.matrix)
      }
    }
    sums.finish()
  }
}
