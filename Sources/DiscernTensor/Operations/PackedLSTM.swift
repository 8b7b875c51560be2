import CDiscernKernels

/// One direction's weights, with PyTorch's names, shapes and gate order (i, f, g, o).
package struct LSTMParameters: Sendable, Hashable {
  package let inputWeight: Parameter  // weight_ih [4H, D]
  package let recurrentWeight: Parameter  // weight_hh [4H, H]
  package let inputBias: Parameter  // bias_ih [4H]
  package let recurrentBias: Parameter  // bias_hh [4H]

  package var hiddenSize: Int { recurrentWeight.shape[1] }

  package init(
    _ layout: inout ParameterLayout, prefix: String, suffix: String, inputSize: Int, hiddenSize: Int
  ) {
    inputWeight = layout.add("\(prefix).weight_ih_\(suffix)", [4 * hiddenSize, inputSize])
    recurrentWeight = layout.add("\(prefix).weight_hh_\(suffix)", [4 * hiddenSize, hiddenSize])
    inputBias = layout.add("\(prefix).bias_ih_\(suffix)", [4 * hiddenSize])
    recurrentBias = layout.add("\(prefix).bias_hh_\(suffix)", [4 * hiddenSize])
  }
}

// Notation: N sequences, S tokens, T steps, D inputs, H hidden units, R rows of the input (S, or the
// batch's U distinct words); direction 0 runs forward, direction 1 backward from each sequence's own
// last token. Direction d's half of the output is columns dH ..< (d + 1)H.

extension Tape {
  /// An LSTM layer over packed sequences (Hochreiter and Schmidhuber 1997; PyTorch's equations).
  ///
  /// - Parameters:
  ///   - input: [R, D].
  ///   - rows: which input row each token takes; `nil` when the input has a row for each token.
  ///   - directions: one (forward) or two (forward, backward).
  /// - Returns: [S, directions · H].
  package func packedLSTM(
    _ input: Variable, rows: TokenRows?, layout: PackedLayout, directions: [LSTMParameters]
  ) -> Variable {
    let hidden = directions[0].hiddenSize
    precondition(input.value.rows == rows?.rowCount ?? layout.tokenCount, "a row for each token or word")
    // Z = X W_ihᵀ + b_ih + b_hh  // [R, 4H]
    let projections = directions.map { _ in workspace.matrix(input.value.rows, 4 * hidden) }
    let weights = directions.map { packed($0.inputWeight, .transposed) }
    let biases = directions.map(summedBias)
    compute.forEachBlock(of: input.value.rows, size: rowBlock, times: directions.count) {
      compute.multiply($1, input.value, weights[$0], bias: biases[$0].pointer, into: projections[$0])
    }
    let (output, passes, groups) = runForward(
      directions, projections: projections, rowOfToken: rows?.rowOfToken, layout: layout)
    record { [self] in
      guard let outputGradient = output.gradient else { return }
      compute.forEach(passes.count * groups.count) { task in
        passes[task / groups.count].runBackward(groups[task % groups.count], outputGradient)
      }
      collectGradients(passes, input, rows)
    }
    return output
  }

  /// b_ih + b_hh  // [1, 4H]
  func summedBias(_ parameters: LSTMParameters) -> Matrix {
    let sum = workspace.matrix(1, 4 * parameters.hiddenSize)
    let (first, second) = (weights[parameters.inputBias], weights[parameters.recurrentBias])
    for j in 0..<sum.count { sum.pointer[j] = first.pointer[j] + second.pointer[j] }
    return sum
  }

  /// Runs every direction over every sequence.
  ///
  /// - Parameters:
  ///   - projections: Z for each direction, a row for each token or for whatever `rowOfToken` names.
  ///   - rowOfToken: [S], or `nil`: each token has the row of its own.
  func runForward(
    _ directions: [LSTMParameters], projections: [Matrix], rowOfToken: [Int32]?, layout: PackedLayout
  ) -> (output: Variable, passes: [LSTMPass], groups: SequenceGroups) {
    let output = variable(layout.tokenCount, directions.count * directions[0].hiddenSize)  // [S, dirs · H]
    let passes = directions.indices.map { index in
      LSTMPass(
        tape: self, parameters: directions[index], layout: layout, projection: projections[index],
        rowOfToken: rowOfToken, output: output.value, isReverse: index == 1)
    }
    let groups = SequenceGroups(
      count: layout.sequenceCount, threads: compute.threadCount, directions: directions.count)
    compute.forEach(passes.count * groups.count) { task in
      passes[task / groups.count].runForward(groups[task % groups.count])
    }
    return (output, passes, groups)
  }

  /// Gradients of the weights and of the input, once dZ is known for all steps.
  private func collectGradients(_ passes: [LSTMPass], _ input: Variable, _ rows: TokenRows?) {
    guard let gradients else { return }
    // dZ by input row  // [R, 4H]
    let projected = passes.map { pass in
      rows.map { workspace.matrix($0.rowCount, 4 * pass.hidden) } ?? pass.gates ?? pass.projection
    }
    if let rows {
      compute.forEachBlock(of: rows.rowCount, size: 64, times: passes.count) {
        passes[$0].gather($1, of: rows, into: projected[$0])
      }
    }
    let biasSums = passes.map { workspace.zeros(1, 4 * $0.hidden) }
    passes[0].layout.previousRows.withUnsafeBufferPointer { previous in
      passes[0].layout.nextRows.withUnsafeBufferPointer { next in
        compute.accumulate(
          passes.indices.flatMap { index in
            passes[index].weightGradients(
              gradients, projected[index], input: input.value, sums: biasSums[index],
              rowsBefore: passes[index].isReverse ? next.baseAddress : previous.baseAddress)
          })
      }
    }
    let inputGradient = input.gradientToAddTo(self)
    for (index, pass) in passes.enumerated() {
      // Both biases are added, so both have the same gradient.
      for bias in [pass.parameters.inputBias, pass.parameters.recurrentBias] {
        kernels.axpy(4 * pass.hidden, 1, biasSums[index].pointer, gradients[bias].pointer)
      }
    }
    let weights = passes.map { packed($0.parameters.inputWeight, .plain) }
    compute.forEachBlock(of: input.value.rows, size: rowBlock) { rows in
      for index in passes.indices {
        compute.multiply(
          rows, projected[index], weights[index], accumulate: inputGradient.accumulate || index > 0,
          into: inputGradient.matrix)
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

/// One direction of one layer over one batch: what forward leaves for backward.
struct LSTMPass {
  let tape: Tape
  let parameters: LSTMParameters
  let layout: PackedLayout
  let projection: Matrix  // [R, 4H]
  let rowOfToken: [Int32]?
  let output: Matrix  // [S, dirs · H]
  let isReverse: Bool
  let hidden: Int  // H
  let gates: Matrix?  // [S, 4H] i, f, g, o; later dz
  private let cells: Matrix  // [S, H], or [N, H] when nothing is recorded
  private let recurrent: PackedMatrix
  private let recurrentBackward: PackedMatrix?

  init(
    tape: Tape, parameters: LSTMParameters, layout: PackedLayout, projection: Matrix, rowOfToken: [Int32]?,
    output: Matrix, isReverse: Bool
  ) {
    self.tape = tape
    self.parameters = parameters
    self.layout = layout
    self.projection = projection
    self.rowOfToken = rowOfToken
    self.output = output
    self.isReverse = isReverse
    hidden = parameters.hiddenSize
    // A token's gates take the place of its projection, unless other tokens still need that.
    gates =
      !tape.isRecording
      ? nil : rowOfToken == nil ? projection : tape.workspace.matrix(layout.tokenCount, 4 * hidden)
    cells = tape.workspace.matrix(tape.isRecording ? layout.tokenCount : layout.sequenceCount, hidden)
    recurrent = tape.packed(parameters.recurrentWeight, .gates)
    recurrentBackward = tape.isRecording ? tape.packed(parameters.recurrentWeight, .plain) : nil
  }

  /// This direction's half of an [S, dirs · H] matrix, at row `row`.
  private func half(_ matrix: Matrix, _ row: Int) -> UnsafeMutablePointer<Float> {
    matrix.row(row) + (isReverse ? hidden : 0)
  }

  /// The step that came before step `t` in this direction's order, if any.
  private func predecessor(_ t: Int) -> Int? {
    let step = isReverse ? t + 1 : t - 1
    return step >= 0 && step < layout.stepCount ? step : nil
  }

  /// Rows of a group at step `t`.
  private func active(_ group: Range<Int>, _ t: Int) -> Range<Int> {
    group.clamped(to: 0..<layout.batchSizes[t])
  }

  func runForward(_ group: Range<Int>) {
    let kernels = tape.kernels
    for index in 0..<layout.stepCount {
      let t = isReverse ? layout.stepCount - 1 - index : index
      let present = active(group, t)
      if present.isEmpty { continue }
      // In the backward direction, sequences that end at this step begin from zeros.
      let previous = predecessor(t)
      let continued = previous.map {
        present.clamped(to: 0..<min(layout.batchSizes[$0], layout.batchSizes[t]))
      }
      let split = continued.map { $0.isEmpty ? present.lowerBound : $0.upperBound } ?? present.lowerBound
      for sequences in [present.lowerBound..<split, split..<present.upperBound] where !sequences.isEmpty {
        let row = layout.offsets[t] + sequences.lowerBound
        let hasPrevious = sequences.lowerBound < split
        let previousRow = hasPrevious ? previous.map { layout.offsets[$0] + sequences.lowerBound } : nil
        let keepsCells = tape.isRecording
        let cell = cells.row(keepsCells ? row : sequences.lowerBound)
        withInputRows(from: row) { inputBase, inputRows in
          var step = discern_lstm_forward(
            rows: sequences.count, units: hidden, weights: recurrent.buffer.pointer, input: inputBase,
            input_rows: inputRows,
            previous_hidden: previousRow.map { UnsafePointer(half(output, $0)) },
            previous_hidden_stride: output.columns,
            previous_cell: previousRow.map { UnsafePointer(keepsCells ? cells.row($0) : cell) },
            gates: gates?.row(row), cell: cell, hidden: half(output, row), hidden_stride: output.columns)
          kernels.lstm_forward(&step)
        }
      }
    }
  }

  /// Where the projections of tokens from `row` on are found.
  private func withInputRows(
    from row: Int, _ body: (UnsafePointer<Float>, UnsafePointer<Int32>?) -> Void
  ) {
    if let rowOfToken {
      rowOfToken.withUnsafeBufferPointer { body(projection.pointer, $0.baseAddress.map { $0 + row }) }
    } else {
      body(projection.row(row), nil)
    }
  }

  /// dZ of every step [S, 4H], in the gates' place; dY takes up what flows back through time.
  func runBackward(_ group: Range<Int>, _ outputGradient: Matrix) {
    guard let gates, let recurrentBackward else { return }
    let kernels = tape.kernels
    let cellGradient = UnsafeMutablePointer<Float>.allocate(capacity: group.count * hidden)  // [n, H]
    cellGradient.initialize(repeating: 0, count: group.count * hidden)
    defer { cellGradient.deallocate() }
    for index in 0..<layout.stepCount {
      let t = isReverse ? index : layout.stepCount - 1 - index
      let present = active(group, t)
      if present.isEmpty { continue }
      let previous = predecessor(t)
      let continued = previous.map {
        present.clamped(to: 0..<min(layout.batchSizes[$0], layout.batchSizes[t]))
      }
      let split = continued.map { $0.isEmpty ? present.lowerBound : $0.upperBound } ?? present.lowerBound
      for sequences in [present.lowerBound..<split, split..<present.upperBound] where !sequences.isEmpty {
        let row = layout.offsets[t] + sequences.lowerBound
        let previousRow =
          sequences.lowerBound < split ? previous.map { layout.offsets[$0] + sequences.lowerBound } : nil
        var step = discern_lstm_backward(
          rows: sequences.count, units: hidden, gates: gates.row(row), cell: cells.row(row),
          previous_cell: previousRow.map { UnsafePointer(cells.row($0)) },
          hidden_gradient: half(outputGradient, row), hidden_gradient_stride: outputGradient.columns,
          cell_gradient: cellGradient + (sequences.lowerBound - group.lowerBound) * hidden)
        kernels.lstm_backward(&step)
        if let previousRow {
          // dh of the step before += dz W_hh
          kernels.gemm(
            sequences.count, hidden, 4 * hidden, gates.row(row), 4 * hidden,
            recurrentBackward.buffer.pointer, nil, 1, half(outputGradient, previousRow),
            outputGradient.columns)
        }
      }
    }
  }

  /// dZ of some of the batch's distinct words: the sum over each one's tokens.
  func gather(_ block: Range<Int>, of rows: TokenRows, into projected: Matrix) {
    guard let gates else { return }
    rows.tokens.withUnsafeBufferPointer { tokens in
      for row in block {
        let range = rows.tokenOffsets[row]..<rows.tokenOffsets[row + 1]
        tape.kernels.gather_sum(
          range.count, tokens.baseAddress.map { $0 + range.lowerBound }, 4 * hidden, gates.pointer,
          4 * hidden, projected.row(row))
      }
    }
  }

  /// dW_hh = dZᵀ H' with h' of the token before, dW_ih = dZᵀ X, and the sums over dZ for the biases.
  func weightGradients(
    _ gradients: Gradients, _ projected: Matrix, input: Matrix, sums: Matrix,
    rowsBefore: UnsafePointer<Int32>?
  ) -> [WeightGradient] {
    guard let gates else { return [] }
    return [
      WeightGradient(
        gates, m: 4 * hidden, half(output, 0), bStride: output.columns, n: hidden, bRows: rowsBefore,
        into: gradients[parameters.recurrentWeight].pointer),
      WeightGradient(
        projected, m: 4 * hidden, input.pointer, bStride: input.columns, n: input.columns,
        into: gradients[parameters.inputWeight].pointer, sums: sums.pointer),
    ]
  }
}
