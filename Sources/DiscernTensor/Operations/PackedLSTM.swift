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
    let output = variable(layout.tokenCount, directions.count * hidden)  // [S, dirs · H]
    let passes = directions.enumerated().map { index, parameters in
      LSTMPass(
        tape: self, parameters: parameters, layout: layout, rows: rows, input: input.value,
        output: output.value, isReverse: index == 1)
    }
    for pass in passes { pass.project() }
    let groups = SequenceGroups(
      count: layout.sequenceCount, threads: compute.threadCount, directions: directions.count)
    compute.forEach(passes.count * groups.count) { task in
      passes[task % passes.count].runForward(groups[task / passes.count])
    }
    record { [self] in
      guard let outputGradient = output.gradient else { return }
      compute.forEach(passes.count * groups.count) { task in
        passes[task % passes.count].runBackward(groups[task / passes.count], outputGradient)
      }
      let inputGradient = input.gradientToAddTo(self)
      for (index, pass) in passes.enumerated() {
        pass.collect(
          into: inputGradient.matrix, accumulate: inputGradient.accumulate || index > 0)
      }
    }
    return output
  }
}

/// Contiguous shares of a batch's sequences. A sequence's values do not depend on its share, so the
/// division may follow the number of threads.
private struct SequenceGroups {
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
private struct LSTMPass {
  let tape: Tape
  let parameters: LSTMParameters
  let layout: PackedLayout
  let rows: TokenRows?
  let input: Matrix  // [R, D]
  let output: Matrix  // [S, dirs · H]
  let isReverse: Bool
  private let hidden: Int  // H
  private let projection: Matrix  // [R, 4H]
  private let gates: Matrix?  // [S, 4H] i, f, g, o; later dz
  private let cells: Matrix  // [S, H], or [N, H] when nothing is recorded
  private let recurrent: PackedMatrix
  private let recurrentBackward: PackedMatrix?

  init(
    tape: Tape, parameters: LSTMParameters, layout: PackedLayout, rows: TokenRows?, input: Matrix,
    output: Matrix, isReverse: Bool
  ) {
    self.tape = tape
    self.parameters = parameters
    self.layout = layout
    self.rows = rows
    self.input = input
    self.output = output
    self.isReverse = isReverse
    hidden = parameters.hiddenSize
    projection = tape.workspace.matrix(input.rows, 4 * hidden)
    gates = tape.isRecording ? tape.workspace.matrix(layout.tokenCount, 4 * hidden) : nil
    cells = tape.workspace.matrix(tape.isRecording ? layout.tokenCount : layout.sequenceCount, hidden)
    recurrent = tape.packed(parameters.recurrentWeight, .gates)
    recurrentBackward = tape.isRecording ? tape.packed(parameters.recurrentWeight, .plain) : nil
  }

  /// This direction's half of an [S, dirs · H] matrix, at row `row`.
  private func half(_ matrix: Matrix, _ row: Int) -> UnsafeMutablePointer<Float> {
    matrix.row(row) + (isReverse ? hidden : 0)
  }

  /// Z = X W_ihᵀ + b_ih + b_hh  // [R, 4H]
  func project() {
    let bias = tape.workspace.matrix(1, 4 * hidden)
    let (inputBias, recurrentBias) = (
      tape.weights[parameters.inputBias], tape.weights[parameters.recurrentBias]
    )
    for j in 0..<4 * hidden { bias.pointer[j] = inputBias.pointer[j] + recurrentBias.pointer[j] }
    tape.compute.multiply(
      input, tape.packed(parameters.inputWeight, .transposed), bias: bias.pointer, into: projection)
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
    if let rows {
      rows.rowOfToken.withUnsafeBufferPointer { body(projection.pointer, $0.baseAddress.map { $0 + row }) }
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

  /// Gradients of the weights and of the input, once dZ is known for all steps.
  func collect(into inputGradient: Matrix, accumulate: Bool) {
    guard let gates, let gradients = tape.gradients else { return }
    let (compute, kernels) = (tape.compute, tape.kernels)
    let (tokens, hidden, inputs) = (layout.tokenCount, hidden, input.columns)
    let previous = previousHidden()  // [S, H]

    let projected: Matrix  // dZ by input row, [R, 4H]
    if let rows {
      projected = tape.workspace.matrix(rows.rowCount, 4 * hidden)
      compute.forEachBlock(of: rows.rowCount, size: 64) { block in
        rows.tokens.withUnsafeBufferPointer { tokens in
          for row in block {
            let range = rows.tokenOffsets[row]..<rows.tokenOffsets[row + 1]
            kernels.gather_sum(
              range.count, tokens.baseAddress.map { $0 + range.lowerBound }, 4 * hidden, gates.pointer,
              4 * hidden, projected.row(row))
          }
        }
      }
    } else {
      projected = gates
    }

    let recurrentGradient = gradients[parameters.recurrentWeight]
    let inputWeightGradient = gradients[parameters.inputWeight]
    let biasGradients = [gradients[parameters.inputBias], gradients[parameters.recurrentBias]]
    // A tile is one gate's rows of a weight; both weights of all gates are tasks alike.
    compute.forEach(8) { task in
      let gate = task / 2
      let column = gate * hidden
      if task % 2 == 0 {
        accumulateOuterProduct(
          m: hidden, n: hidden, k: tokens, a: gates.pointer + column, aStride: 4 * hidden,
          b: previous.pointer, bStride: hidden, into: recurrentGradient.row(column), cStride: hidden)
      } else {
        accumulateOuterProduct(
          m: hidden, n: inputs, k: projected.rows, a: projected.pointer + column, aStride: 4 * hidden,
          b: input.pointer, bStride: inputs, into: inputWeightGradient.row(column), cStride: inputs)
        for bias in biasGradients {
          kernels.column_sums(
            projected.rows, hidden, projected.pointer + column, 4 * hidden, 1, bias.pointer + column)
        }
      }
    }
    compute.multiply(
      projected, tape.packed(parameters.inputWeight, .plain), accumulate: accumulate, into: inputGradient)
  }

  /// h of the step before each token, zeros where there is none: [S, H].
  private func previousHidden() -> Matrix {
    let result = tape.workspace.matrix(layout.tokenCount, hidden)
    tape.compute.forEachBlock(of: layout.stepCount, size: 16) { steps in
      for t in steps {
        let previous = predecessor(t)
        let known = previous.map { min(layout.batchSizes[$0], layout.batchSizes[t]) } ?? 0
        for sequence in 0..<layout.batchSizes[t] {
          let target = result.row(layout.offsets[t] + sequence)
          if let previous, sequence < known {
            target.update(from: half(output, layout.offsets[previous] + sequence), count: hidden)
          } else {
            target.update(repeating: 0, count: hidden)
          }
        }
      }
    }
    return result
  }
}
