import CDiscernKernels

/// One direction of an LSTM with skip gates over a batch, sequence by sequence:
///   u = 1 where p ≥ ½, otherwise 0;  (h, c) = u · LSTM(x, h', c') + (1 − u) · (h', c')
///   q = σ(w · c + b);  p of the next step = q where u = 1, otherwise p + min(q, 1 − p)
/// p of the first step is 1. Matrices of S rows are in the direction's own order, and exist only with
/// gradients. Without gradients no product with h' is computed for a step that is not taken.
struct SkipLSTMPass {
  let tape: Tape
  let parameters: SkipLSTMParameters
  let weights: RecurrentWeights
  let layout: PackedLayout
  /// [S] the token of each row.
  let tokens: [Int32]
  /// [S] the row of the projection, or of the input that is projected step by step.
  let inputRows: [Int32]
  /// Z of every row of the input; nil: it is computed for the steps that are taken.  // [R, 4H]
  let projection: Matrix?
  /// nil: projections are cached.  // [R, D]
  let input: Matrix?
  let output: Matrix  // [S, dirs · H]
  let outputColumn: Int
  /// b_ih + b_hh  // [1, 4H]
  let bias: Matrix
  let state: (hidden: Matrix, cells: Matrix)  // [N, H] each
  /// p and q of each sequence.
  let gate: Matrix  // [N, 2]
  let saved: Saved?

  /// The values that backward needs.
  struct Saved {
    let gates: Matrix  // i, f, g, o; later dz  [S, 4H]
    let newHidden, newCells: Matrix  // of the step, taken or not  [S, H]
    let hidden, cells: Matrix  // after it  [S, H]
    let gate: Matrix  // p, u, q  [S, 3]
    let gateGradient: Matrix  // of w · c + b  [S, 1]
  }

  var size: Int { parameters.recurrent.hiddenSize }  // H

  init(
    _ tape: Tape, _ parameters: SkipLSTMParameters, direction: Int, layout: PackedLayout,
    rowOfToken: [Int32]?, input: Matrix?, projection: Matrix?, output: Matrix
  ) {
    self.tape = tape
    self.parameters = parameters
    self.layout = layout
    self.input = input
    self.projection = projection
    self.output = output
    let size = parameters.recurrent.hiddenSize
    weights = tape.recurrentWeights(parameters.recurrent, nil)
    outputColumn = direction * size
    let tokens = layout.tokens(inDirection: direction)
    self.tokens = tokens
    inputRows = rowOfToken.map { rows in tokens.map { rows[Int($0)] } } ?? tokens
    let workspace = tape.workspace
    bias = tape.projectionBias(parameters.recurrent)
    let count = layout.sequenceCount
    state = (workspace.zeros(count, size), workspace.zeros(count, size))
    gate = workspace.zeros(count, 2)
    for n in 0..<count { gate.row(n)[0] = 1 }
    let rows = layout.tokenCount
    saved =
      tape.isRecording
      ? Saved(
        gates: workspace.matrix(rows, 4 * size), newHidden: workspace.matrix(rows, size),
        newCells: workspace.matrix(rows, size), hidden: workspace.matrix(rows, size),
        cells: workspace.matrix(rows, size), gate: workspace.matrix(rows, 3),
        gateGradient: workspace.matrix(rows, 1)) : nil
  }

  /// - Returns: the number of steps taken.
  func runForward(_ group: Range<Int>) -> Int {
    let memory = UnsafeMutablePointer<Float>.allocate(
      capacity: group.count * (8 * size + (input?.columns ?? 0)))
    defer { memory.deallocate() }
    let bytes = UnsafeMutablePointer<UInt8>.allocate(
      capacity: group.count * weights.forward.byteCount(tape.kernels))
    defer { bytes.deallocate() }
    var taken = 0
    for step in 0..<layout.stepCount {
      let present = group.clamped(to: 0..<layout.batchSizes[step])
      if present.isEmpty { break }
      let open = present.filter { gate.row($0)[0] >= 0.5 }
      taken += open.count
      let computed = saved == nil ? open : Array(present)
      if !computed.isEmpty { compute(computed, step, memory, bytes) }
      for n in present { endStep(n, step) }
    }
    return taken
  }

  /// Computes the LSTM's step of some sequences; it becomes the state of those whose gate is open.
  private func compute(
    _ sequences: [Int], _ step: Int, _ memory: UnsafeMutablePointer<Float>,
    _ bytes: UnsafeMutablePointer<UInt8>
  ) {
    let (count, first) = (sequences.count, layout.offsets[step])
    let hidden = Matrix(memory, rows: count, columns: size)
    let cells = Matrix(memory + count * size, rows: count, columns: size)
    let newHidden = Matrix(memory + 2 * count * size, rows: count, columns: size)
    let newCells = Matrix(memory + 3 * count * size, rows: count, columns: size)
    for (place, n) in sequences.enumerated() {
      hidden.row(place).update(from: state.hidden.row(n), count: size)
      cells.row(place).update(from: state.cells.row(n), count: size)
    }
    var rows = sequences.map { inputRows[first + $0] }
    let projected = projection ?? project(rows, memory + 4 * count * size)
    if projection == nil { rows = (0..<Int32(count)).map(\.self) }
    rows.withUnsafeBufferPointer { rows in
      var task = discern_lstm_forward(
        rows: count, units: size, weights: weights.forward.buffer.pointer,
        input: UnsafePointer(projected.pointer), input_rows: rows.baseAddress,
        previous_hidden: step == 0 ? nil : UnsafePointer(hidden.pointer), previous_hidden_stride: size,
        previous_cell: step == 0 ? nil : UnsafePointer(cells.pointer),
        gates: saved.map { $0.gates.row(first + sequences[0]) }, cell: newCells.pointer,
        hidden: newHidden.pointer, hidden_stride: size)
      if weights.forward.integers == nil {
        tape.kernels.lstm_forward(&task)
      } else {
        var product = weights.forward.product(
          tape.kernels, rows: count, task.previous_hidden, stride: size, bytes: bytes)
        tape.kernels.int8.pointee.lstm_forward(&task, &product)
      }
    }
    for (place, n) in sequences.enumerated() {
      if let saved {
        saved.newHidden.row(first + n).update(from: newHidden.row(place), count: size)
        saved.newCells.row(first + n).update(from: newCells.row(place), count: size)
      }
      guard gate.row(n)[0] >= 0.5 else { continue }
      state.hidden.row(n).update(from: newHidden.row(place), count: size)
      state.cells.row(n).update(from: newCells.row(place), count: size)
      gate.row(n)[1] = openness(state.cells.row(n))
    }
  }

  /// Z of some rows of the input  // [n, 4H]
  private func project(_ rows: [Int32], _ memory: UnsafeMutablePointer<Float>) -> Matrix {
    guard let input else { preconditionFailure("neither input nor projections") }
    let result = Matrix(memory, rows: rows.count, columns: 4 * size)
    let read = Matrix(memory + result.count, rows: rows.count, columns: input.columns)
    for (place, row) in rows.enumerated() {
      read.row(place).update(from: input.row(Int(row)), count: input.columns)
    }
    tape.compute.multiply(
      0..<rows.count, read, tape.packed(parameters.recurrent.inputWeight, .transposed), bias: bias.pointer,
      into: result)
    return result
  }

  /// q
  private func openness(_ cells: UnsafePointer<Float>) -> Float {
    let weight = tape.weights[parameters.gateWeight].pointer
    var sum = tape.weights[parameters.gateBias].pointer[0]
    for j in 0..<size { sum += weight[j] * cells[j] }
    var result: Float = 0
    sigmoid(&sum, count: 1, into: &result)
    return result
  }

  /// Stores the state, and computes the next step's p.
  private func endStep(_ n: Int, _ step: Int) {
    let row = layout.offsets[step] + n
    let (p, q) = (gate.row(n)[0], gate.row(n)[1])
    let isOpen = p >= 0.5
    (output.row(Int(tokens[row])) + outputColumn).update(from: state.hidden.row(n), count: size)
    if let saved {
      saved.hidden.row(row).update(from: state.hidden.row(n), count: size)
      saved.cells.row(row).update(from: state.cells.row(n), count: size)
      let kept = saved.gate.row(row)
      (kept[0], kept[1], kept[2]) = (p, isOpen ? 1 : 0, q)
    }
    gate.row(n)[0] = isOpen ? q : p + min(q, 1 - p)
  }
}
