import CDiscernKernels

/// One direction of one layer over a run of a batch's steps: what forward leaves for backward.
struct RecurrentPass {
  let tape: Tape
  let parameters: RecurrentParameters
  let weights: RecurrentWeights
  let layout: PackedLayout
  let isReverse: Bool
  /// Z: a row for each of the run's tokens, or for whatever `rowOfToken` names.  // [R, GH]
  let projection: Matrix
  let rowOfToken: [Int32]?
  /// The whole batch's.  // [S, dirs · H]
  let output: Matrix
  /// All of the batch's, or a window of them.
  let steps: Range<Int>
  /// What backward needs of each of the run's tokens: i, f, g, o of an LSTM; r, z, U_n h' + b_n, n of a GRU;
  /// room alone of a plain network. Later dz.  // [run, savedCount · H]
  let saved: Matrix?
  /// An LSTM's c of each sequence, as far as forward has come.  // [N, H]
  let cells: Matrix
  /// What backward needs of them; `nil` where nothing is saved.
  let savedCells: SavedCells?

  var hidden: Int { parameters.hiddenSize }  // H
  private var gateSize: Int { parameters.gateSize }  // GH
  private var kernels: discern_kernel_family { tape.kernels }
  /// The row of the run's first token.
  var firstRow: Int { layout.offsets[steps.lowerBound] }
  var rowCount: Int { layout.offsets[steps.upperBound] - firstRow }

  /// Rows of one step that all continue sequences, or all begin them.
  private struct Part {
    let sequences: Range<Int>
    let row: Int
    /// In this direction's order; `nil` where the sequences begin.
    let previousRow: Int?
    /// Whether that row belongs to another run.
    let crossesBorder: Bool
  }

  private func parts(_ group: Range<Int>, at t: Int) -> [Part] {
    let present = group.clamped(to: 0..<layout.batchSizes[t])
    if present.isEmpty { return [] }
    let previous = isReverse ? t + 1 : t - 1
    // In the backward direction, sequences that end at this step begin from zeros.
    let continued =
      previous >= 0 && previous < layout.stepCount
      ? present.clamped(to: 0..<min(layout.batchSizes[previous], layout.batchSizes[t])) : 0..<0
    let split = continued.isEmpty ? present.lowerBound : continued.upperBound
    return [present.lowerBound..<split, split..<present.upperBound].filter { !$0.isEmpty }.map { sequences in
      Part(
        sequences: sequences, row: layout.offsets[t] + sequences.lowerBound,
        previousRow: sequences.lowerBound < split ? layout.offsets[previous] + sequences.lowerBound : nil,
        crossesBorder: !steps.contains(previous))
    }
  }

  /// This direction's half of an [S, dirs · H] matrix, at row `row`.
  private func half(_ matrix: Matrix, _ row: Int) -> UnsafeMutablePointer<Float> {
    matrix.row(row) + (isReverse ? hidden : 0)
  }

  /// Where the projections of tokens from `row` on are found.
  private func withInputRows(
    from row: Int, _ body: (UnsafePointer<Float>, UnsafePointer<Int32>?) -> Void
  ) {
    if let rowOfToken {
      rowOfToken.withUnsafeBufferPointer { body(projection.pointer, $0.baseAddress.map { $0 + row }) }
    } else {
      body(projection.row(row - firstRow), nil)
    }
  }

  /// The step that comes as the run's `index`-th.
  private func step(_ index: Int) -> Int {
    isReverse ? steps.upperBound - 1 - index : steps.lowerBound + index
  }

  func runForward(_ group: Range<Int>) {
    let scratch = UnsafeMutablePointer<Float>.allocate(
      capacity: parameters.cell == .gru ? group.count * gateSize : 0)
    defer { scratch.deallocate() }
    for index in 0..<steps.count {
      savedCells?.keep(cells, of: group, before: index)
      for part in parts(group, at: step(index)) {
        switch parameters.cell {
        case .lstm: forwardLSTM(part)
        case .gru: forwardGRU(part, scratch)
        case .rnn: forwardPlain(part)
        }
      }
    }
  }

  /// dZ of every step, in the place of what was saved; dY takes up what flows back through time.
  func runBackward(_ group: Range<Int>, _ outputGradient: Matrix) {
    guard let saved, let backward = weights.backward else { return }
    let cellSize = group.count * parameters.cellSize
    let cellGradient = UnsafeMutablePointer<Float>.allocate(capacity: cellSize)  // [n, H]
    cellGradient.initialize(repeating: 0, count: cellSize)
    defer { cellGradient.deallocate() }
    for index in (0..<steps.count).reversed() {
      if index == steps.count - 1 || SavedCells.ends(index) { computeCells(group, upTo: index) }
      for part in parts(group, at: step(index)) {
        let previousGradient = part.crossesBorder ? nil : part.previousRow.map { half(outputGradient, $0) }
        switch parameters.cell {
        case .lstm:
          backwardLSTM(
            part, index, group, saved, outputGradient,
            cellGradient + (part.sequences.lowerBound - group.lowerBound) * hidden)
        case .gru: backwardGRU(part, saved, outputGradient, previousGradient)
        case .rnn: backwardPlain(part, saved, outputGradient)
        }
        if let previousGradient {
          // dh of the step before += dz W_hh
          kernels.gemm(
            part.sequences.count, hidden, gateSize, saved.row(part.row - firstRow), saved.columns,
            backward.buffer.pointer, nil, 1, previousGradient, outputGradient.columns)
        }
      }
    }
  }

  // MARK: LSTM

  private func forwardLSTM(_ part: Part) {
    let cell = cells.row(part.sequences.lowerBound)
    withInputRows(from: part.row) { input, inputRows in
      var step = discern_lstm_forward(
        rows: part.sequences.count, units: hidden, weights: weights.forward.buffer.pointer, input: input,
        input_rows: inputRows, previous_hidden: part.previousRow.map { UnsafePointer(half(output, $0)) },
        previous_hidden_stride: output.columns,
        previous_cell: part.previousRow == nil ? nil : UnsafePointer(cell),
        gates: saved?.row(part.row - firstRow), cell: cell, hidden: half(output, part.row),
        hidden_stride: output.columns)
      kernels.lstm_forward(&step)
    }
  }

  /// c of the block of steps that ends with a run's `last`-th, once more from what was saved.
  private func computeCells(_ group: Range<Int>, upTo last: Int) {
    guard parameters.cell == .lstm, let saved, let savedCells else { return }
    for index in SavedCells.start(of: last)...last {
      for part in parts(group, at: step(index)) {
        var step = discern_lstm_cells(
          rows: part.sequences.count, units: hidden, gates: saved.row(part.row - firstRow),
          previous_cell: part.previousRow == nil
            ? nil : UnsafePointer(savedCells.before(index, part.sequences.lowerBound, in: group)),
          cell: savedCells.after(index, part.sequences.lowerBound, in: group))
        kernels.lstm_cells(&step)
      }
    }
  }

  private func backwardLSTM(
    _ part: Part, _ index: Int, _ group: Range<Int>, _ saved: Matrix, _ outputGradient: Matrix,
    _ cellGradient: UnsafeMutablePointer<Float>
  ) {
    guard let savedCells else { return }
    let sequence = part.sequences.lowerBound
    var step = discern_lstm_backward(
      rows: part.sequences.count, units: hidden, gates: saved.row(part.row - firstRow),
      cell: savedCells.after(index, sequence, in: group),
      previous_cell: part.previousRow == nil
        ? nil : UnsafePointer(savedCells.before(index, sequence, in: group)),
      hidden_gradient: half(outputGradient, part.row), hidden_gradient_stride: outputGradient.columns,
      cell_gradient: cellGradient)
    kernels.lstm_backward(&step)
  }

  // MARK: GRU

  private func forwardGRU(_ part: Part, _ product: UnsafeMutablePointer<Float>) {
    let bias = tape.weights[parameters.recurrentBias].pointer
    let previous = part.previousRow.map { UnsafePointer(half(output, $0)) }
    if let previous {
      kernels.gemm(
        part.sequences.count, gateSize, hidden, previous, output.columns, weights.forward.buffer.pointer,
        bias, 0, product, gateSize)
    }
    withInputRows(from: part.row) { input, inputRows in
      var step = discern_gru_forward(
        rows: part.sequences.count, units: hidden, input: input, input_rows: inputRows,
        recurrent: UnsafePointer(previous == nil ? bias : product),
        recurrent_stride: previous == nil ? 0 : gateSize, previous_hidden: previous,
        previous_hidden_stride: output.columns, saved: saved?.row(part.row - firstRow),
        hidden: half(output, part.row), hidden_stride: output.columns)
      kernels.gru_forward(&step)
    }
  }

  private func backwardGRU(
    _ part: Part, _ saved: Matrix, _ outputGradient: Matrix,
    _ previousGradient: UnsafeMutablePointer<Float>?
  ) {
    var step = discern_gru_backward(
      rows: part.sequences.count, units: hidden, saved: saved.row(part.row - firstRow),
      previous_hidden: part.previousRow.map { UnsafePointer(half(output, $0)) },
      previous_hidden_stride: output.columns, hidden_gradient: half(outputGradient, part.row),
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
    if let previousRow = part.previousRow {
      kernels.gemm(
        part.sequences.count, hidden, hidden, half(output, previousRow), output.columns,
        weights.forward.buffer.pointer, nil, 1, target, output.columns)
    }
    for index in 0..<part.sequences.count { kernels.tanh_rows(hidden, target + index * output.columns) }
  }

  private func backwardPlain(_ part: Part, _ saved: Matrix, _ outputGradient: Matrix) {
    for row in part.row..<part.row + part.sequences.count {
      kernels.tanh_backward(
        hidden, 1, half(outputGradient, row), half(output, row), saved.row(row - firstRow))
    }
  }

  // MARK: Gradients of the weights, once dZ is known for all of the run's steps

  /// The place of a GRU's dZ of the input side among what was saved: r and z as on the recurrent side, n
  /// apart; the others have one dZ for both.
  private var inputColumns: [(source: Int, target: Int, count: Int)] {
    parameters.cell == .gru
      ? [(0, 0, 2 * hidden), (3 * hidden, 2 * hidden, hidden)] : [(0, 0, gateSize)]
  }

  /// dZ of the input side for each of the run's tokens  // [run, GH]
  func inputGradient() -> Matrix? {
    guard let saved, parameters.cell == .gru else { return saved }
    // Nobody needs the tokens' projections any more.
    for row in 0..<rowCount {
      for (source, target, count) in inputColumns {
        (projection.row(row) + target).update(from: saved.row(row) + source, count: count)
      }
    }
    return Matrix(projection.pointer, rows: rowCount, columns: gateSize)
  }

  /// dZ of some of the batch's distinct words: the sum over each one's tokens in the run.
  ///
  /// - Parameter rows: of the run's tokens, counted from its first.
  func gather(_ block: Range<Int>, of rows: TokenRows, accumulate: Bool, into projected: Matrix) {
    guard let saved else { return }
    let scratch = UnsafeMutablePointer<Float>.allocate(capacity: accumulate ? gateSize : 0)
    defer { scratch.deallocate() }
    rows.tokens.withUnsafeBufferPointer { tokens in
      for row in block {
        let range = rows.tokenOffsets[row]..<rows.tokenOffsets[row + 1]
        if accumulate && range.isEmpty { continue }
        let sums = accumulate ? scratch : projected.row(row)
        for (source, target, count) in inputColumns {
          kernels.gather_sum(
            range.count, tokens.baseAddress.map { $0 + range.lowerBound }, count, saved.pointer + source,
            saved.columns, sums + target)
        }
        if accumulate { kernels.axpy(gateSize, 1, sums, projected.row(row)) }
      }
    }
  }

  /// dW_hh = dZᵀ H' with h' of the token before.
  func recurrentWeightGradient(
    into target: UnsafeMutablePointer<Float>, biasSums: UnsafeMutablePointer<Float>?,
    rowsBefore: UnsafePointer<Int32>?
  ) -> [WeightGradient] {
    guard let saved else { return [] }
    return [
      WeightGradient(
        saved, m: gateSize, half(output, 0), bStride: output.columns, n: hidden,
        bRows: rowsBefore.map { $0 + firstRow }, into: target, sums: biasSums)
    ]
  }
}
