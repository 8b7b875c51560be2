import CDiscernKernels

// Backward of one direction of a batch-normalised LSTM. With n rows in a group, x̂ = (x - mean) · scale and
// dy the gradient of BN(x):
//   dγ = Σ dy x̂, dβ = Σ dy, dx = γ · scale · (dy - Σ dy / n - x̂ Σ dy x̂ / n)
// for a group's own statistics; for the running ones, without both means.

extension RecurrentBatchNormPass {
  /// Sums over all steps, in double precision: each column in the order of the steps.
  private struct Sums {
    let bias, input, hidden: UnsafeMutablePointer<Double>  // [4H]: db, dγ_x, dγ_h
    let cell, cellBias: UnsafeMutablePointer<Double>  // [H]: dγ_c, dβ_c

    init(_ memory: UnsafeMutablePointer<Double>, size: Int) {
      bias = memory
      input = memory + 4 * size
      hidden = memory + 8 * size
      cell = memory + 12 * size
      cellBias = memory + 13 * size
    }
  }

  /// The gradient from the later step.
  struct Carried {
    let hidden: Matrix  // dh' [N, H], only of that step's sequences
    let cells: Matrix  // dc' [N, H], zeros at first
  }

  func makeCarried() -> Carried {
    Carried(
      hidden: tape.workspace.matrix(layout.sequenceCount, size),
      cells: tape.workspace.zeros(layout.sequenceCount, size))
  }

  /// Replaces both products of each token with their gradients, and adds the gradients of γ, β and b.
  func runBackward(_ outputGradient: Matrix, _ carried: Carried, _ gradients: Gradients) {
    guard let backward = weights.backward else { return }
    withSums(14 * size) { memory in
      let sums = Sums(memory, size: size)
      for step in (0..<layout.stepCount).reversed() {
        tape.compute.forEachBlock(of: size, size: Self.columnBlock) { units in
          throughHidden(step, units, outputGradient, carried, sums)
          throughCells(step, units, carried)
          for gate in 0..<4 {
            throughProducts(step, gate * size + units.lowerBound..<gate * size + units.upperBound, sums)
          }
        }
        guard step > 0 else { continue }
        let (row, count) = (layout.offsets[step], layout.batchSizes[step])
        tape.compute.multiply(
          Matrix(product.row(row), rows: count, columns: product.columns), backward,
          into: Matrix(carried.hidden.pointer, rows: count, columns: size))
      }
      let recurrent = parameters.recurrent
      for (parameter, values) in [
        (recurrent.inputBias, sums.bias), (recurrent.recurrentBias, sums.bias),
        (parameters.inputNorm.weight, sums.input), (parameters.hiddenNorm.weight, sums.hidden),
        (parameters.cellNorm.weight, sums.cell),
      ] + (parameters.cellNorm.bias.map { [($0, sums.cellBias)] } ?? []) {
        let target = gradients[parameter].pointer
        for j in 0..<parameter.count { target[j] += Float(values[j]) }
      }
    }
  }

  /// From dh to the gradients of BN(c), which replaces its tanh, and of o's z, which replaces o.
  private func throughHidden(
    _ step: Int, _ units: Range<Int>, _ outputGradient: Matrix, _ carried: Carried, _ sums: Sums
  ) {
    let (start, first) = (units.lowerBound, layout.offsets[step])
    let continued = step + 1 < layout.stepCount ? layout.batchSizes[step + 1] : 0
    let (mean, scale) = (cellNorm.mean(step, start), cellNorm.scale(step, start))
    for n in 0..<layout.batchSizes[step] {
      let row = first + n
      let dy = outputGradient.row(Int(tokens[row])) + outputColumn + start
      let later = n < continued ? carried.hidden.row(n) + start : nil
      let (o, y, c) = (
        gates.row(row) + 3 * size + start, squashed.row(row) + start, cells.row(row) + start
      )
      for j in 0..<units.count {
        let dh = dy[j] + (later?[j] ?? 0)
        let (gate, value) = (o[j], y[j])
        o[j] = dh * value * gate * (1 - gate)
        y[j] = dh * gate * (1 - value * value)
        sums.cellBias[start + j] += Double(y[j])
        sums.cell[start + j] += Double(y[j] * ((c[j] - mean[j]) * scale[j]))
      }
    }
  }

  /// From the gradient of BN(c) and the later step's dc to the gradients of z of i, f and g, which replace
  /// them, and the previous step's dc.
  private func throughCells(_ step: Int, _ units: Range<Int>, _ carried: Carried) {
    let (start, first, width) = (units.lowerBound, layout.offsets[step], units.count)
    func dy(_ n: Int) -> UnsafeMutablePointer<Float> { squashed.row(first + n) + start }
    func c(_ n: Int) -> UnsafeMutablePointer<Float> { cells.row(first + n) + start }
    withMeans(cellNorm, step, units, dy, c) { firstMean, secondMean in
      let (mean, scale, weight) = (
        cellNorm.mean(step, start), cellNorm.scale(step, start), cellNorm.weight + start
      )
      for n in 0..<layout.batchSizes[step] {
        let (dy, c, later) = (dy(n), c(n), carried.cells.row(n) + start)
        let previous = step > 0 ? cells.row(layout.offsets[step - 1] + n) + start : nil
        let i = gates.row(first + n) + start
        let (f, g) = (i + size, i + 2 * size)
        for j in 0..<width {
          let normal = (c[j] - mean[j]) * scale[j]
          let dc = later[j] + weight[j] * scale[j] * (dy[j] - firstMean[j] - normal * secondMean[j])
          let (input, forget, value) = (i[j], f[j], g[j])
          i[j] = dc * value * input * (1 - input)
          f[j] = dc * (previous?[j] ?? 0) * forget * (1 - forget)
          g[j] = dc * input * (1 - value * value)
          later[j] = dc * forget
        }
      }
    }
  }

  /// From dz to the gradients of W_hh h', which replaces it, and of W_ih x, which replaces dz.
  private func throughProducts(_ step: Int, _ columns: Range<Int>, _ sums: Sums) {
    let (start, first) = (columns.lowerBound, layout.offsets[step])
    func dz(_ n: Int) -> UnsafeMutablePointer<Float> { gates.row(first + n) + start }
    func x(_ n: Int) -> UnsafeMutablePointer<Float> {
      projection.row(Int(projectionRows[first + n])) + start
    }
    func p(_ n: Int) -> UnsafeMutablePointer<Float> { product.row(first + n) + start }
    for n in 0..<layout.batchSizes[step] {
      let dz = dz(n)
      for j in 0..<columns.count { sums.bias[start + j] += Double(dz[j]) }
    }
    if step > 0 {
      back(through: hiddenNorm, step - 1, step, columns, from: dz, p, into: p, sums.hidden)
    } else {
      for n in 0..<layout.batchSizes[step] { p(n).update(repeating: 0, count: columns.count) }
    }
    back(through: inputNorm, step, step, columns, from: dz, x, into: dz, sums.input)
  }

  /// Computes dx of some columns of a step from dy, and adds to dγ; the closures give a row's values.
  private func back(
    through norm: StepNorm, _ group: Int, _ step: Int, _ columns: Range<Int>,
    from dy: (Int) -> UnsafeMutablePointer<Float>, _ x: (Int) -> UnsafeMutablePointer<Float>,
    into dx: (Int) -> UnsafeMutablePointer<Float>, _ weightSums: UnsafeMutablePointer<Double>
  ) {
    let start = columns.lowerBound
    let (mean, scale, weight) = (norm.mean(group, start), norm.scale(group, start), norm.weight + start)
    for n in 0..<layout.batchSizes[step] {
      let (dy, x) = (dy(n), x(n))
      for j in 0..<columns.count {
        weightSums[start + j] += Double(dy[j] * ((x[j] - mean[j]) * scale[j]))
      }
    }
    withMeans(norm, group, columns, dy, x) { firstMean, secondMean in
      for n in 0..<layout.batchSizes[step] {
        let (dy, x, dx) = (dy(n), x(n), dx(n))
        for j in 0..<columns.count {
          let normal = (x[j] - mean[j]) * scale[j]
          dx[j] = weight[j] * scale[j] * (dy[j] - firstMean[j] - normal * secondMean[j])
        }
      }
    }
  }

  /// The means of dy and of dy x̂ over a group's rows; zeros if the statistics are not its own.
  private func withMeans(
    _ norm: StepNorm, _ group: Int, _ columns: Range<Int>, _ dy: (Int) -> UnsafeMutablePointer<Float>,
    _ x: (Int) -> UnsafeMutablePointer<Float>,
    _ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void
  ) {
    let (width, start) = (columns.count, columns.lowerBound)
    let means = UnsafeMutablePointer<Float>.allocate(capacity: 2 * width)
    means.initialize(repeating: 0, count: 2 * width)
    defer { means.deallocate() }
    if let count = norm.ownCount(group) {
      let (mean, scale) = (norm.mean(group, start), norm.scale(group, start))
      withSums(2 * width) { sums in
        for n in 0..<count {
          let (dy, x) = (dy(n), x(n))
          for j in 0..<width {
            sums[j] += Double(dy[j])
            sums[width + j] += Double(dy[j] * ((x[j] - mean[j]) * scale[j]))
          }
        }
        for j in 0..<2 * width { means[j] = Float(sums[j] / Double(count)) }
      }
    }
    body(means, means + width)
  }

  /// The gradient of W_ih x by input row, in place: the sum over each word's tokens.
  func gather(_ rows: TokenRows?) {
    guard let rows else {
      for (row, token) in tokens.enumerated() {
        projection.row(Int(token)).update(from: gates.row(row), count: gates.columns)
      }
      return
    }
    rows.sum(tape.kernels, of: gates, inOrder: tokens, into: projection)
  }

  /// dW_ih = dXᵀ X and dW_hh = dPᵀ H'.
  func accumulateWeightGradients(_ input: Matrix, _ gradients: Gradients) {
    let recurrent = parameters.recurrent
    let target = gradients[recurrent.recurrentWeight]
    let sums = weights.dropout == nil ? target : tape.workspace.zeros(target.rows, target.columns)
    layout.previousRows.withUnsafeBufferPointer { previous in
      tape.accumulate([
        WeightGradient(
          product, m: product.columns, hidden.pointer, bStride: size, n: size, bRows: previous.baseAddress,
          into: sums.pointer),
        WeightGradient(
          projection, m: projection.columns, input.pointer, bStride: input.columns, n: input.columns,
          into: gradients[recurrent.inputWeight].pointer),
      ])
    }
    if let dropout = weights.dropout { tape.applyMask(sums, dropout, accumulate: true, into: target) }
  }
}
