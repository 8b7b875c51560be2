import CDiscernKernels

// Backward of one direction of an LSTM with skip gates. The threshold from p to u has no gradient; that of
// the identity is used instead (straight-through: Bengio et al. 2013).

extension SkipLSTMPass {
  /// Replaces the gates of each token with dz, and computes the gradients of w · c + b.
  ///
  /// - Parameter cost: the loss's gradient with respect to each u, in addition to that of the states.
  func runBackward(_ group: Range<Int>, _ outputGradient: Matrix, cost: Float) {
    guard let saved, let backward = weights.backward else { return }
    let all = group.count * size
    // dh, dc, and their parts that go through the step; then dp of the next step.
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: 4 * all + group.count)
    memory.initialize(repeating: 0, count: 4 * all + group.count)
    defer { memory.deallocate() }
    let later = memory + 4 * all
    func row(_ part: Int, _ n: Int) -> UnsafeMutablePointer<Float> {
      memory + part * all + (n - group.lowerBound) * size
    }
    let weight = tape.weights[parameters.gateWeight].pointer
    for step in (0..<layout.stepCount).reversed() {
      let present = group.clamped(to: 0..<layout.batchSizes[step])
      if present.isEmpty { continue }
      let first = layout.offsets[step]
      let before = step == 0 ? nil : layout.offsets[step - 1]
      for n in present {
        let (dh, dc) = (row(0, n), row(1, n))
        let dY = outputGradient.row(Int(tokens[first + n])) + outputColumn
        for j in 0..<size { dh[j] += dY[j] }
        let gate = saved.gate.row(first + n)
        let (p, u, q, dp) = (gate[0], gate[1], gate[2], later[n - group.lowerBound])
        let isBelow: Float = q < 1 - p ? 1 : 0
        let change = dp * (u + (1 - u) * isBelow) * q * (1 - q)
        saved.gateGradient.row(first + n)[0] = change
        for j in 0..<size { dc[j] += change * weight[j] }
        var du = cost + dp * (q - (p + min(q, 1 - p)))
        let (newHidden, newCells) = (saved.newHidden.row(first + n), saved.newCells.row(first + n))
        for j in 0..<size {
          let h = before.map { saved.hidden.row($0 + n)[j] } ?? 0
          let c = before.map { saved.cells.row($0 + n)[j] } ?? 0
          du += dh[j] * (newHidden[j] - h) + dc[j] * (newCells[j] - c)
        }
        later[n - group.lowerBound] = dp * (1 - u) * isBelow + du
        // The gradient through a step that is taken does not also bypass it.
        let (throughHidden, throughCells) = (row(2, n), row(3, n))
        for j in 0..<size {
          throughHidden[j] = u * dh[j]
          throughCells[j] = u * dc[j]
          dh[j] *= 1 - u
          dc[j] *= 1 - u
        }
      }
      let start = present.lowerBound
      var task = discern_lstm_backward(
        rows: present.count, units: size, gates: saved.gates.row(first + start),
        cell: UnsafePointer(saved.newCells.row(first + start)),
        previous_cell: before.map { UnsafePointer(saved.cells.row($0 + start)) },
        hidden_gradient: UnsafePointer(row(2, start)), hidden_gradient_stride: size,
        cell_gradient: row(3, start))
      tape.kernels.lstm_backward(&task)
      tape.kernels.axpy(present.count * size, 1, row(3, start), row(1, start))
      if step > 0 {
        tape.kernels.gemm(
          present.count, size, 4 * size, saved.gates.row(first + start), 4 * size,
          backward.buffer.pointer, nil, 1, row(0, start), size)
      }
    }
  }

  /// dz by input row  // [R, 4H]
  func inputGradient(_ rows: TokenRows?) -> Matrix {
    guard let saved else { preconditionFailure("nothing was saved") }
    if rows == nil && outputColumn == 0 { return saved.gates }
    let result = tape.workspace.matrix(rows?.rowCount ?? tokens.count, 4 * size)
    if let rows {
      rows.sum(tape.kernels, of: saved.gates, inOrder: tokens, into: result)
    } else {
      for (row, token) in tokens.enumerated() {
        result.row(Int(token)).update(from: saved.gates.row(row), count: 4 * size)
      }
    }
    return result
  }

  /// Adds the gradients of all weights, and of the input.
  func addGradients(_ rows: TokenRows?, to inputGradient: (matrix: Matrix, accumulate: Bool)) {
    guard let saved, let input, let gradients = tape.gradients else { return }
    let own = parameters.recurrent
    let byRow = self.inputGradient(rows)
    let sums = tape.workspace.zeros(1, 4 * size)
    layout.previousRows.withUnsafeBufferPointer { previous in
      tape.accumulate([
        WeightGradient(
          saved.gates, m: 4 * size, saved.hidden.pointer, bStride: size, n: size,
          bRows: previous.baseAddress, into: gradients[own.recurrentWeight].pointer, sums: sums.pointer),
        WeightGradient(
          byRow, m: 4 * size, input.pointer, bStride: input.columns, n: input.columns,
          into: gradients[own.inputWeight].pointer),
        WeightGradient(
          saved.gateGradient, m: 1, saved.cells.pointer, bStride: size, n: size,
          into: gradients[parameters.gateWeight].pointer, sums: gradients[parameters.gateBias].pointer),
      ])
    }
    for bias in [own.inputBias, own.recurrentBias] {
      tape.kernels.axpy(4 * size, 1, sums.pointer, gradients[bias].pointer)
    }
    tape.compute.multiply(
      byRow, tape.packed(own.inputWeight, .plain), accumulate: inputGradient.accumulate,
      into: inputGradient.matrix)
  }
}
