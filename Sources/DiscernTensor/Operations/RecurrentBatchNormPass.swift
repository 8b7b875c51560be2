import CDiscernKernels

/// One direction of a batch-normalised LSTM over a batch: forward, and the values kept for backward
/// (RecurrentBatchNormGradient.swift). Matrices of S rows are in the direction's own order; without gradients
/// they have only the rows of one step, and h and c those of two.
struct RecurrentBatchNormPass {
  let tape: Tape
  let parameters: RecurrentBatchNormParameters
  let weights: RecurrentWeights
  let layout: PackedLayout
  /// [S]: the token of each row. Its own inverse.
  let tokens: [Int32]
  /// [S]: the row of the projection of each row.
  let projectionRows: [Int32]
  /// W_ih x, later its gradient.  // [R, 4H]
  let projection: Matrix
  /// W_hh h', later its gradient.  // [S, 4H]
  let product: Matrix
  /// i, f, g, o, later the gradient of each token's W_ih x.  // [S, 4H]
  let gates: Matrix
  let cells: Matrix  // c [S, H]
  let hidden: Matrix  // h [S, H]
  /// tanh(BN(c)), later the gradient of BN(c).  // [S, H]
  let squashed: Matrix
  let inputNorm: StepNorm
  /// Its group t - 1 is step t.
  let hiddenNorm: StepNorm
  let cellNorm: StepNorm
  /// This direction's half of the whole batch's output begins at this column.
  let outputColumn: Int
  private let output: Matrix  // [S, dirs · H]
  private let bias: Matrix  // b_ih + b_hh [1, 4H]

  var size: Int { parameters.hiddenSize }  // H
  /// The number of columns of a task: fixed, so that no sum depends on the number of threads.
  static let columnBlock = 64

  init(
    _ tape: Tape, _ parameters: RecurrentBatchNormParameters, direction: Int, layout: PackedLayout,
    rowOfToken: [Int32]?, inputRows: Int, weights: RecurrentWeights, output: Matrix
  ) {
    self.tape = tape
    self.parameters = parameters
    self.weights = weights
    self.layout = layout
    self.output = output
    let size = parameters.hiddenSize
    outputColumn = direction * size
    let tokens = layout.tokens(inDirection: direction)
    self.tokens = tokens
    projectionRows = rowOfToken.map { rows in tokens.map { rows[Int($0)] } } ?? tokens
    let (isRecording, workspace) = (tape.isRecording, tape.workspace)
    func matrix(_ columns: Int, steps: Int) -> Matrix {
      workspace.matrix(isRecording ? layout.tokenCount : steps * layout.sequenceCount, columns)
    }
    projection = workspace.matrix(inputRows, 4 * size)
    product = matrix(4 * size, steps: 1)
    gates = matrix(4 * size, steps: 1)
    squashed = matrix(size, steps: 1)
    cells = matrix(size, steps: 2)
    hidden = matrix(size, steps: 2)
    let sizes = layout.batchSizes[...]
    inputNorm = StepNorm(tape, parameters.inputNorm, groupSizes: sizes)
    hiddenNorm = StepNorm(tape, parameters.hiddenNorm, groupSizes: sizes.dropFirst())
    cellNorm = StepNorm(tape, parameters.cellNorm, groupSizes: sizes)
    bias = tape.projectionBias(parameters.recurrent)
  }

  /// The index of a step's first row in a matrix that, without gradients, keeps only a number of steps.
  private func first(_ step: Int, keeping steps: Int) -> Int {
    tape.isRecording ? layout.offsets[step] : step % steps * layout.sequenceCount
  }

  /// A step's rows of such a matrix.
  private func rows(_ matrix: Matrix, _ step: Int, keeping steps: Int, count: Int) -> Matrix {
    Matrix(matrix.row(first(step, keeping: steps)), rows: count, columns: matrix.columns)
  }

  func runForward() {
    let compute = tape.compute
    for step in 0..<layout.stepCount {
      let count = layout.batchSizes[step]
      if step > 0 {
        compute.multiply(
          rows(hidden, step - 1, keeping: 2, count: count), weights.forward,
          into: rows(product, step, keeping: 1, count: count))
      }
      compute.forEachBlock(of: 4 * size, size: Self.columnBlock) { normaliseProducts(step, $0) }
      compute.forEachBlock(of: count, size: rowBlock) { takeStep(step, $0) }
      compute.forEachBlock(of: size, size: Self.columnBlock) { normaliseCells(step, $0) }
    }
  }

  /// Computes z in some of the gates' columns.
  private func normaliseProducts(_ step: Int, _ columns: Range<Int>) {
    let (start, row) = (columns.lowerBound, layout.offsets[step])
    let product = rows(product, step, keeping: 1, count: layout.batchSizes[step])
    let gates = rows(gates, step, keeping: 1, count: layout.batchSizes[step])
    inputNorm.measure(step, columns) { UnsafePointer(projection.row(Int(projectionRows[row + $0])) + start) }
    if step > 0 { hiddenNorm.measure(step - 1, columns) { UnsafePointer(product.row($0) + start) } }
    let (mean, scale, weight) = (
      inputNorm.mean(step, start), inputNorm.scale(step, start), inputNorm.weight + start
    )
    for n in 0..<gates.rows {
      let (x, z) = (projection.row(Int(projectionRows[row + n])) + start, gates.row(n) + start)
      for j in 0..<columns.count {
        z[j] = (x[j] - mean[j]) * scale[j] * weight[j] + bias.pointer[start + j]
      }
      if step == 0 { continue }
      let (hiddenMean, hiddenScale) = (hiddenNorm.mean(step - 1, start), hiddenNorm.scale(step - 1, start))
      let (hiddenWeight, p) = (hiddenNorm.weight + start, product.row(n) + start)
      for j in 0..<columns.count { z[j] += (p[j] - hiddenMean[j]) * hiddenScale[j] * hiddenWeight[j] }
    }
  }

  /// Computes gates and c of some of a step's sequences: an LSTM step without a product, whose h is not used.
  private func takeStep(_ step: Int, _ sequences: Range<Int>) {
    let start = sequences.lowerBound
    let gates = gates.row(first(step, keeping: 1) + start)
    var lstm = discern_lstm_forward(
      rows: sequences.count, units: size, weights: weights.forward.buffer.pointer,
      input: UnsafePointer(gates),
      input_rows: nil, previous_hidden: nil, previous_hidden_stride: 0,
      previous_cell: step > 0 ? UnsafePointer(cells.row(first(step - 1, keeping: 2) + start)) : nil,
      gates: gates, cell: cells.row(first(step, keeping: 2) + start),
      hidden: squashed.row(first(step, keeping: 1) + start), hidden_stride: size)
    tape.kernels.lstm_forward(&lstm)
  }

  /// Computes h of some units.
  private func normaliseCells(_ step: Int, _ units: Range<Int>) {
    let (start, count) = (units.lowerBound, layout.batchSizes[step])
    let cells = rows(cells, step, keeping: 2, count: count)
    let gates = rows(gates, step, keeping: 1, count: count)
    let squashed = rows(squashed, step, keeping: 1, count: count)
    let hidden = rows(hidden, step, keeping: 2, count: count)
    cellNorm.measure(step, units) { UnsafePointer(cells.row($0) + start) }
    let (mean, scale, weight) = (
      cellNorm.mean(step, start), cellNorm.scale(step, start), cellNorm.weight + start
    )
    for n in 0..<count {
      let (c, y) = (cells.row(n) + start, squashed.row(n) + start)
      for j in 0..<units.count {
        y[j] = (c[j] - mean[j]) * scale[j] * weight[j] + (cellNorm.bias?[start + j] ?? 0)
      }
      tape.kernels.tanh_rows(units.count, y)
      let (o, h) = (gates.row(n) + 3 * size + start, hidden.row(n) + start)
      let target = output.row(Int(tokens[layout.offsets[step] + n])) + outputColumn + start
      for j in 0..<units.count {
        h[j] = o[j] * y[j]
        target[j] = h[j]
      }
    }
  }
}
