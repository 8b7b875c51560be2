import CDiscernKernels
import DiscernIO
import DiscernTensor

/// Times single kernels. Each figure is the best of several repeats, since disturbances only slow a run down.
struct KernelProbe {
  let compute: Compute
  let repeats: Int
  private var kernels: discern_kernel_family { compute.kernels }

  init(compute: Compute, repeats: Int) {
    self.compute = compute
    self.repeats = repeats
  }

  /// The highest rate, in 10⁹ units per second, of work that does `units` per run; a repeat takes a few
  /// hundredths of a second.
  func rate(_ units: Double, threads: Int = 1, _ work: @Sendable (Int) -> Void) -> Double {
    let pool = Compute(family: compute.family, threadCount: threads)
    var runs = 1
    while Measurement.of(repeats: 1, { pool.forEach(threads) { t in for _ in 0..<runs { work(t) } } })
      .shortest
      < 0.02, runs < 1 << 30
    { runs *= 2 }
    let best = Measurement.of(repeats: repeats) {
      pool.forEach(threads) { t in for _ in 0..<runs { work(t) } }
    }.shortest
    return units * Double(runs * threads) / best / 1e9
  }

  func buffers(_ count: Int, _ threads: Int = 1) -> [AlignedBuffer] {
    (0..<threads).map { thread in
      let buffer = AlignedBuffer(count: count)
      let stream = RandomStream(seed: UInt64(thread + 1), purpose: .initialisation)
      for index in 0..<count { buffer.pointer[index] = 0.1 * (2 * stream.uniform(index) - 1) }
      return buffer
    }
  }

  func peak(threads: Int) -> Double {
    let values = buffers(kernels.panel, threads)
    let iterations = 1 << 14
    let operations = kernels.multiply_adds(iterations, values[0].pointer)
    return rate(operations, threads: threads) { _ = kernels.multiply_adds(iterations, values[$0].pointer) }
  }

  func bandwidth(threads: Int) -> Double {
    let count = 1 << 24
    let (x, y) = (buffers(count, threads), buffers(count, threads))
    return rate(12 * Double(count), threads: threads) {
      kernels.axpy(count, 0.5, x[$0].pointer, y[$0].pointer)
    }
  }

  func bestProduct(threads: Int) -> Double {
    max(
      product(rows: 768, inner: 256, columns: 1024, threads: threads), outer(m: 256, n: 256, k: 4096, threads)
    )
  }

  private func product(rows: Int, inner: Int, columns: Int, threads: Int = 1) -> Double {
    let (a, b) = (buffers(rows * inner, threads), buffers(kernels.packed_size(inner, columns), threads))
    let c = buffers(rows * columns, threads)
    return rate(2 * Double(rows * inner * columns), threads: threads) {
      kernels.gemm(
        rows, columns, inner, a[$0].pointer, inner, b[$0].pointer, nil, 0, c[$0].pointer, columns)
    }
  }

  private func outer(m: Int, n: Int, k: Int, _ threads: Int = 1) -> Double {
    let (a, b, c) = (buffers(m * k, threads), buffers(n * k, threads), buffers(m * n, threads))
    return rate(2 * Double(m * n * k), threads: threads) {
      var product = discern_outer(
        m: m, n: n, k: k, a: a[$0].pointer, a_stride: m, b: b[$0].pointer, b_stride: n, b_rows: nil,
        c: c[$0].pointer, c_stride: n, sums: nil)
      kernels.outer(&product)
    }
  }

  private func step(rows: Int, units: Int, _ compute: Compute) -> Double {
    let weights = buffers(compute.kernels.packed_gates_size(units, units))[0]
    let (input, gates) = (buffers(rows * 4 * units)[0], buffers(rows * 4 * units)[0])
    let (before, after, cells) = (
      buffers(rows * units)[0], buffers(rows * units)[0], buffers(rows * units)[0]
    )
    let cellsAfter = buffers(rows * units)[0]
    return rate(8 * Double(rows * units * units)) { _ in
      var step = discern_lstm_forward(
        rows: rows, units: units, weights: weights.pointer, input: input.pointer, input_rows: nil,
        previous_hidden: before.pointer, previous_hidden_stride: units, previous_cell: cells.pointer,
        gates: gates.pointer, cell: cellsAfter.pointer, hidden: after.pointer, hidden_stride: units)
      compute.kernels.lstm_forward(&step)
    }
  }

  private func gradientStep(rows: Int, units: Int) -> Double {
    let gates = buffers(rows * 4 * units)[0]
    let (cells, previous, hidden, cell) = (
      buffers(rows * units)[0], buffers(rows * units)[0], buffers(rows * units)[0], buffers(rows * units)[0]
    )
    return rate(4 * 13 * Double(rows * units)) { _ in
      var step = discern_lstm_backward(
        rows: rows, units: units, gates: gates.pointer, cell: cells.pointer, previous_cell: previous.pointer,
        hidden_gradient: hidden.pointer, hidden_gradient_stride: units, cell_gradient: cell.pointer)
      kernels.lstm_backward(&step)
    }
  }

  func figures(peak: Double, bandwidth: Double) -> [MachineBenchmark.KernelFigure] {
    func computing(_ name: String, _ shape: String, _ rate: Double, openBLAS: Double?)
      -> MachineBenchmark.KernelFigure
    {
      MachineBenchmark.KernelFigure(
        name: name, shape: shape, gigaflops: rate, openBLAS: openBLAS, gigabytes: nil, share: rate / peak)
    }
    func moving(_ name: String, _ shape: String, _ rate: Double) -> MachineBenchmark.KernelFigure {
      MachineBenchmark.KernelFigure(
        name: name, shape: shape, gigaflops: nil, openBLAS: nil, gigabytes: rate, share: rate / bandwidth)
    }
    var result: [MachineBenchmark.KernelFigure] = []
    for (rows, inner, columns) in [(192, 100, 512), (192, 256, 1024), (64, 512, 128), (64, 1024, 256)] {
      result.append(
        computing(
          "product", "[\(rows), \(inner)] x [\(inner), \(columns)]",
          product(rows: rows, inner: inner, columns: columns),
          openBLAS: openBLASProduct(rows: rows, inner: inner, columns: columns)))
    }
    for (units, rows) in [(128, 64), (128, 8), (128, 1), (256, 64), (256, 8), (256, 1)] {
      result.append(
        computing(
          "LSTM step", "\(rows) rows, \(units) units", step(rows: rows, units: units, compute),
          openBLAS: openBLAS.map { step(rows: rows, units: units, $0) }))
    }
    for (m, n, k) in [(128, 128, 12_800), (256, 256, 12_800), (128, 128, 1216)] {
      result.append(
        computing(
          "weight gradient", "[\(k), \(m)]ᵀ x [\(k), \(n)]", outer(m: m, n: n, k: k),
          openBLAS: openBLASOuter(m: m, n: n, k: k)))
    }
    let count = 1 << 14
    let (x, y, m, v) = (buffers(count)[0], buffers(count)[0], buffers(count)[0], buffers(count)[0])
    for index in 0..<count { v.pointer[index] = abs(v.pointer[index]) }
    result.append(moving("LSTM gradient", "64 rows, 128 units", gradientStep(rows: 64, units: 128)))
    result.append(
      moving("tanh", "\(count)", rate(8 * Double(count)) { _ in kernels.tanh_rows(count, x.pointer) }))
    result.append(
      moving(
        "exp", "\(count)",
        rate(8 * Double(count)) { _ in _ = kernels.exp_sum(count, x.pointer, 0, y.pointer) }))
    result.append(
      moving("dot", "256", rate(8 * 256) { _ in _ = kernels.dot(256, x.pointer, y.pointer) }))
    result.append(
      moving("y += a x", "256", rate(12 * 256) { _ in kernels.axpy(256, 0.001, x.pointer, y.pointer) }))
    let options = discern_adam(
      learning_rate: 1e-6, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0, gradient_scale: 1,
      correction1: 0.1, correction2: 0.001)
    result.append(
      moving(
        "Adam", "\(count)",
        rate(28 * Double(count)) { _ in
          withUnsafePointer(to: options) {
            kernels.adam(count, $0, y.pointer, x.pointer, m.pointer, v.pointer)
          }
        }))
    return result
  }
}
