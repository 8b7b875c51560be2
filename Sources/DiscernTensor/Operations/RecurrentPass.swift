import CDiscernKernels

/// One direction of one layer over a run of a batch's steps, with the values that forward keeps for backward.
struct RecurrentPass {
  let tape: Tape
  let parameters: RecurrentParameters
  let weights: RecurrentWeights
  let layout: PackedLayout
  let isReverse: Bool
  /// Z: a row for each of the run's tokens, or for each row that `rowOfToken` refers to.  // [R, GH]
  let projection: Matrix
  let rowOfToken: [Int32]?
  /// The output of the whole batch.  // [S, dirs · H]
  let output: Matrix
  /// All of the batch's steps, or a window of them.
  let steps: Range<Int>
  /// The h that the forward direction's sequences begin from; `nil`: zeros.  // [N, H]
  var initialHidden: Matrix?
  /// The values that backward needs for each of the run's tokens: i, f, g, o in an LSTM; r, z, U_n h' + b_n,
  /// n in a GRU; unused space in a plain network. Later dz. // [run, savedCount · H]
  let saved: SavedRows?
  /// An LSTM's c of each sequence, after the latest forward step.  // [N, H]
  let cells: Matrix
  /// The cells that backward needs; `nil` if nothing is saved.
  let savedCells: SavedCells?

  var hidden: Int { parameters.hiddenSize }  // H
  var gateSize: Int { parameters.gateSize }  // GH
  var kernels: discern_kernel_family { tape.kernels }
  /// The row of the run's first token.
  var firstRow: Int { layout.offsets[steps.lowerBound] }
  var rowCount: Int { layout.offsets[steps.upperBound] - firstRow }

  /// Rows of one step that all continue sequences, or all begin them.
  private struct Part {
    let sequences: Range<Int>
    let row: Int
    /// The previous step's first row, in this direction's order; `nil` where the sequences begin.
    let previousRow: Int?
    /// Whether they begin from zeros.
    let beginsFromZeros: Bool
    /// Whether the previous row belongs to another run.
    let crossesBorder: Bool
  }

  /// Visits the parts of a step, at most two. Called at every step, so it makes no list of them.
  @inline(__always) private func forEachPart(_ group: Range<Int>, at t: Int, _ body: (Part) -> Void) {
    let present = group.clamped(to: 0..<layout.batchSizes[t])
    if present.isEmpty { return }
    let previous = isReverse ? t + 1 : t - 1
    // In the backward direction, sequences that end at this step begin from zeros.
    let continued =
      previous >= 0 && previous < layout.stepCount
      ? present.clamped(to: 0..<min(layout.batchSizes[previous], layout.batchSizes[t])) : 0..<0
    let split = continued.isEmpty ? present.lowerBound : continued.upperBound
    func visit(_ sequences: Range<Int>, continues: Bool) {
      if sequences.isEmpty { return }
      body(
        Part(
          sequences: sequences, row: layout.offsets[t] + sequences.lowerBound,
          previousRow: continues ? layout.offsets[previous] + sequences.lowerBound : nil,
          beginsFromZeros: !continues && initialHidden == nil, crossesBorder: !steps.contains(previous)))
    }
    visit(present.lowerBound..<split, continues: true)
    visit(split..<present.upperBound, continues: false)
  }

  /// This direction's half of an [S, dirs · H] matrix, at row `row`.
  func half(_ matrix: Matrix, _ row: Int) -> UnsafeMutablePointer<Float> {
    matrix.row(row) + (isReverse ? hidden : 0)
  }

  /// h of the step before a part's, and the stride between its rows; `nil`: zeros.
  private func previousHidden(_ part: Part) -> (pointer: UnsafePointer<Float>, stride: Int)? {
    if let row = part.previousRow { return (UnsafePointer(half(output, row)), output.columns) }
    return initialHidden.map { (UnsafePointer($0.row(part.sequences.lowerBound)), $0.columns) }
  }

  /// Gives the projections of the tokens from `row` on, and their rows in it if they are by word.
  private func withInputRows(
    from row: Int, _ body: (UnsafePointer<Float>, UnsafePointer<Int32>?) -> Void
  ) {
    if let rowOfToken {
      rowOfToken.withUnsafeBufferPointer { body(projection.pointer, $0.baseAddress.map { $0 + row }) }
    } else {
      body(projection.row(row - firstRow), nil)
    }
  }

  /// The `index`-th step of the run.
  private func step(_ index: Int) -> Int {
    isReverse ? steps.upperBound - 1 - index : steps.lowerBound + index
  }

  /// Memory for a step's rows of saved values, if they are not floats.
  private func room(for group: Range<Int>) -> UnsafeMutablePointer<Float> {
    .allocate(capacity: saved?.scratchSize(rows: group.count) ?? 0)
  }

  func runForward(_ group: Range<Int>) {
    let scratch = UnsafeMutablePointer<Float>.allocate(
      capacity: parameters.cell == .gru ? group.count * gateSize : 0)
    defer { scratch.deallocate() }
    // A step's states in 8 bits.
    let bytes = UnsafeMutablePointer<UInt8>.allocate(
      capacity: group.count * weights.forward.byteCount(kernels))
    defer { bytes.deallocate() }
    let floats = room(for: group)
    defer { floats.deallocate() }
    for index in 0..<steps.count {
      savedCells?.keep(cells, of: group, before: index)
      forEachPart(group, at: step(index)) { part in
        switch parameters.cell {
        case .lstm: forwardLSTM(part, bytes, saved?.place(part.row - firstRow, floats))
        case .gru: forwardGRU(part, scratch, saved?.place(part.row - firstRow, floats))
        case .rnn: forwardPlain(part)
        }
        if parameters.cell != .rnn {
          saved?.keep(kernels, part.row - firstRow, count: part.sequences.count, floats)
        }
      }
    }
  }

  /// dZ of every step, replacing the saved values; dY accumulates the gradient through time.
  func runBackward(_ group: Range<Int>, _ outputGradient: Matrix) {
    guard let saved, let backward = weights.backward else { return }
    let cellSize = group.count * parameters.cellSize
    let cellGradient = UnsafeMutablePointer<Float>.allocate(capacity: cellSize)  // [n, H]
    cellGradient.initialize(repeating: 0, count: cellSize)
    defer { cellGradient.deallocate() }
    let scratch = room(for: group)
    defer { scratch.deallocate() }
    for index in (0..<steps.count).reversed() {
      if index == steps.count - 1 || SavedCells.ends(index) {
        computeCells(group, upTo: index, scratch)
      }
      forEachPart(group, at: step(index)) { part in
        let previousGradient = part.crossesBorder ? nil : part.previousRow.map { half(outputGradient, $0) }
        let (row, count) = (part.row - firstRow, part.sequences.count)
        // In: forward's saved values; out: dz.
        let rows =
          parameters.cell == .rnn
          ? saved.place(row, scratch) : saved.read(kernels, row, count: count, scratch)
        switch parameters.cell {
        case .lstm:
          backwardLSTM(
            part, index, group, rows, outputGradient,
            cellGradient + (part.sequences.lowerBound - group.lowerBound) * hidden)
        case .gru: backwardGRU(part, rows, outputGradient, previousGradient)
        case .rnn: backwardPlain(part, rows, outputGradient)
        }
        if let previousGradient {
          // the previous step's dh += dz W_hh
          kernels.gemm(
            count, hidden, gateSize, rows, saved.columns, backward.buffer.pointer, nil, 1, previousGradient,
            outputGradient.columns)
        }
        saved.keep(kernels, row, count: count, rows)
      }
    }
  }

  // MARK: LSTM

  /// - Parameter bytes: memory for the part's rows if weights have 8 bits.
  private func forwardLSTM(
    _ part: Part, _ bytes: UnsafeMutablePointer<UInt8>, _ gates: UnsafeMutablePointer<Float>?
  ) {
    let cell = cells.row(part.sequences.lowerBound)
    let previous = previousHidden(part)
    withInputRows(from: part.row) { input, inputRows in
      var step = discern_lstm_forward(
        rows: part.sequences.count, units: hidden, weights: weights.forward.buffer.pointer, input: input,
        input_rows: inputRows, previous_hidden: previous?.pointer,
        previous_hidden_stride: previous?.stride ?? output.columns,
        previous_cell: part.beginsFromZeros ? nil : UnsafePointer(cell),
        gates: gates, cell: cell, hidden: half(output, part.row),
        hidden_stride: output.columns)
      if weights.forward.integers == nil {
        kernels.lstm_forward(&step)
      } else {
        var product = weights.forward.product(
          kernels, rows: step.rows, step.previous_hidden, stride: step.previous_hidden_stride, bytes: bytes)
        kernels.int8.pointee.lstm_forward(&step, &product)
      }
    }
  }

  /// Recomputes c for the block of steps that ends with the run's `last`-th, from saved values.
  private func computeCells(
    _ group: Range<Int>, upTo last: Int, _ scratch: UnsafeMutablePointer<Float>
  ) {
    guard parameters.cell == .lstm, let saved, let savedCells else { return }
    for index in SavedCells.start(of: last)...last {
      forEachPart(group, at: step(index)) { part in
        var step = discern_lstm_cells(
          rows: part.sequences.count, units: hidden,
          gates: saved.read(kernels, part.row - firstRow, count: part.sequences.count, scratch),
          previous_cell: part.beginsFromZeros
            ? nil : UnsafePointer(savedCells.before(index, part.sequences.lowerBound, in: group)),
          cell: savedCells.after(index, part.sequences.lowerBound, in: group))
        kernels.lstm_cells(&step)
      }
    }
  }

  private func backwardLSTM(
    _ part: Part, _ index: Int, _ group: Range<Int>, _ gates: UnsafeMutablePointer<Float>,
    _ outputGradient: Matrix,
    _ cellGradient: UnsafeMutablePointer<Float>
  ) {
    guard let savedCells else { return }
    let sequence = part.sequences.lowerBound
    var step = discern_lstm_backward(
      rows: part.sequences.count, units: hidden, gates: gates,
      cell: savedCells.after(index, sequence, in: group),
      previous_cell: part.beginsFromZeros
        ? nil : UnsafePointer(savedCells.before(index, sequence, in: group)),
      hidden_gradient: half(outputGradient, part.row), hidden_gradient_stride: outputGradient.columns,
      cell_gradient: cellGradient)
    kernels.lstm_backward(&step)
  }

  // MARK: GRU

  private func forwardGRU(
    _ part: Part, _ product: UnsafeMutablePointer<Float>, _ saved: UnsafeMutablePointer<Float>?
  ) {
    let bias = tape.weights[parameters.recurrentBias].pointer
    let previous = previousHidden(part)
    if let previous {
      weights.forward.multiply(
        kernels, rows: part.sequences.count, previous.pointer, stride: previous.stride, bias: bias,
        isState: true, into: product, stride: gateSize)
    }
    withInputRows(from: part.row) { input, inputRows in
      var step = discern_gru_forward(
        rows: part.sequences.count, units: hidden, input: input, input_rows: inputRows,
        recurrent: UnsafePointer(previous == nil ? bias : product),
        recurrent_stride: previous == nil ? 0 : gateSize, previous_hidden: previous?.pointer,
        previous_hidden_stride: previous?.stride ?? output.columns, saved: saved,
        hidden: half(output, part.row), hidden_stride: output.columns)
      kernels.gru_forward(&step)
    }
  }

  private func backwardGRU(
    _ part: Part, _ saved: UnsafeMutablePointer<Float>, _ outputGradient: Matrix,
    _ previousGradient: UnsafeMutablePointer<Float>?
  ) {
    let previous = previousHidden(part)
    var step = discern_gru_backward(
      rows: part.sequences.count, units: hidden, saved: saved, previous_hidden: previous?.pointer,
      previous_hidden_stride: previous?.stride ?? output.columns,
      hidden_gradient: half(outputGradient, part.row),
      previous_hidden_gradient: previousGradient, hidden_gradient_stride: outputGradient.columns)
    kernels.gru_backward(&step)
  }

  // MARK: Plain network

  private func forwardPlain(_ part: Part) {
    let target = half(output, part.row)
    withInputRows(from: part.row) { input, inputRows in
      for index in 0..<part.sequences.count {
        (target + index * output.columns).update(
          from: input + (inputRows.map { Int($0[index]) } ?? index) * hidden, count: hidden)
      }
    }
    if let previous = previousHidden(part) {
      weights.forward.multiply(
        kernels, rows: part.sequences.count, previous.pointer, stride: previous.stride, accumulate: true,
        isState: true, into: target, stride: output.columns)
    }
    for index in 0..<part.sequences.count { kernels.tanh_rows(hidden, target + index * output.columns) }
  }

  private func backwardPlain(
    _ part: Part, _ changes: UnsafeMutablePointer<Float>, _ outputGradient: Matrix
  ) {
    for index in 0..<part.sequences.count {
      let row = part.row + index
      kernels.tanh_backward(
        hidden, 1, half(outputGradient, row), half(output, row), changes + index * hidden)
    }
  }
}
