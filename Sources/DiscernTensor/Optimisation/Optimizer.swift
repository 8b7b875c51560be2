import CDiscernKernels
import DiscernSystem

/// Updates weights by their gradients, and keeps the moments for that (β₁ 0.9, β₂ 0.999, ε 1e-8, PyTorch's
/// defaults). Rows of embedding tables and their moments change only in steps that use them (as in PyTorch's
/// `SparseAdam`).
///
/// Weight decay is decoupled and applies only to matrices: not to biases, norms or word vectors.
package final class Optimizer {
  private let kind: OptimizerKind
  private let weightDecay: Float
  private let momentum: Float
  private let firstMoments: AlignedBuffer  // dense, flat; SGD's velocity
  private let secondMoments: AlignedBuffer
  /// By table: [V, D]; empty for a table that is not trained.
  private let rowMoments: [(first: AlignedBuffer, second: AlignedBuffer)]
  /// The dense weights in blocks of at most 16,384 floats, each of one depth and with or without decay as a
  /// whole.
  private let blocks: [Block]
  /// The number of steps so far.
  package var stepCount = 0
  /// By depth: the number of steps in which its weights were frozen; ends with the last depth that ever was.
  /// Together with `stepCount` and the moments, this is the complete state.
  package var restCounts: [Int] = []
  private let beta1: Float = 0.9
  private let beta2: Float = 0.999

  private struct Block {
    var range: Range<Int>
    let decays: Bool
    let depth: Int
  }

  package init(
    _ kind: OptimizerKind, weights: Weights, weightDecay: Double = 0, momentum: Double = 0.9
  ) {
    self.kind = kind
    self.weightDecay = Float(weightDecay)
    self.momentum = Float(momentum)
    firstMoments = AlignedBuffer(count: weights.dense.count)
    secondMoments = AlignedBuffer(count: kind == .sgd ? 0 : weights.dense.count)
    rowMoments = weights.layout.tables.map { table in
      let count = table.isTrainable ? table.count : 0
      return (AlignedBuffer(count: count), AlignedBuffer(count: kind == .sgd ? 0 : count))
    }
    blocks = Self.blocks(weights.layout, decaying: weightDecay > 0)
  }

  private static func blocks(_ layout: ParameterLayout, decaying: Bool) -> [Block] {
    var runs: [Block] = []
    for (index, parameter) in layout.parameters.enumerated() {
      let end = index + 1 < layout.parameters.count ? layout.parameters[index + 1].offset : layout.count
      let decays = decaying && parameter.shape.count > 1
      if let last = runs.last, last.decays == decays, last.depth == parameter.depth {
        runs[runs.count - 1].range = last.range.lowerBound..<end
      } else {
        runs.append(Block(range: parameter.offset..<end, decays: decays, depth: parameter.depth))
      }
    }
    return runs.flatMap { run in
      stride(from: run.range.lowerBound, to: run.range.upperBound, by: 1 << 14).map {
        Block(range: $0..<min(run.range.upperBound, $0 + 1 << 14), decays: run.decays, depth: run.depth)
      }
    }
  }

  /// The moments, in place.
  package func stateBuffers(_ weights: Weights) -> [StateBuffer] {
    let layout = weights.layout
    var buffers = layout.stateBuffers("first", in: firstMoments)
    buffers += layout.stateBuffers("second", in: secondMoments, allowed: .notNegative)
    for (table, moments) in zip(layout.tables, rowMoments) {
      if moments.first.count > 0 {
        buffers.append(StateBuffer("first/\(table.name)", shape: table.shape, moments.first))
      }
      if moments.second.count > 0 {
        buffers.append(
          StateBuffer("second/\(table.name)", shape: table.shape, moments.second, allowed: .notNegative))
      }
    }
    return buffers
  }

  /// Forgets the moments of matrices' zero weights, so that these stay zero as long as they get no gradient.
  package func forget(whereZero weights: Weights, _ compute: Compute) {
    func clear(_ dense: AlignedBuffer, _ rows: [AlignedBuffer]) {
      if dense.count == 0 { return }
      weights.clearWhereZero(
        dense.pointer,
        { table in
          (nil, Matrix(rows[table.index].pointer, rows: table.rowCount, columns: table.columnCount))
        }, compute)
    }
    clear(firstMoments, rowMoments.map(\.first))
    clear(secondMoments, rowMoments.map(\.second))
  }

  /// Updates the weights once. Rows of padding never change.
  ///
  /// - Parameters:
  ///   - factors: the factors of the learning rate, by `ParameterLayout.depth`; with 0, weights and their
  ///     moments stay unchanged, and the bias correction counts only the steps in which they change.
  ///   - gradientScale: the factor of gradient clipping.
  package func step(
    _ weights: Weights, _ gradients: Gradients, learningRate: Float, factors: [Float], gradientScale: Float,
    _ compute: Compute
  ) {
    stepCount += 1
    let updates = factors.enumerated().map { depth, factor -> Update? in
      if factor == 0 {
        while restCounts.count <= depth { restCounts.append(0) }
        restCounts[depth] += 1
        return nil
      }
      let steps = Double(stepCount - (depth < restCounts.count ? restCounts[depth] : 0))
      return Update(
        kind: kind, kernels: compute.kernels, momentum: momentum,
        adam: discern_adam(
          learning_rate: factor * learningRate, beta1: beta1, beta2: beta2, epsilon: 1e-8, weight_decay: 0,
          gradient_scale: gradientScale, correction1: Float(1 - pow(Double(beta1), steps)),
          correction2: Float(1 - pow(Double(beta2), steps))))
    }
    compute.forEach(blocks.count) { index in
      let block = blocks[index]
      let start = block.range.lowerBound
      updates[block.depth]?(
        block.range.count, decay: block.decays ? weightDecay : 0, gradients.dense.pointer + start,
        weights.dense.pointer + start, firstMoments.pointer + start, secondMoments.pointer + start)
    }
    for (table, moments) in zip(weights.layout.tables, rowMoments) {
      guard let rows = gradients[table], let update = updates[table.depth] else { continue }
      let (values, size) = (weights[table], table.columnCount)
      compute.forEachBlock(of: rows.ids.count, size: 256) { block in
        for index in block where rows.ids[index] != 0 || !table.hasPadding {
          let start = Int(rows.ids[index]) * size
          update(
            size, decay: 0, rows.values.row(index), values.pointer + start, moments.first.pointer + start,
            moments.second.pointer + start)
        }
      }
    }
    weights.didChange()
  }

  /// A step's update of some consecutive weights.
  private struct Update {
    let kind: OptimizerKind
    let kernels: discern_kernel_family
    let momentum: Float
    let adam: discern_adam

    func callAsFunction(
      _ count: Int, decay: Float, _ gradient: UnsafePointer<Float>, _ weights: UnsafeMutablePointer<Float>,
      _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>
    ) {
      switch kind {
      case .adam, .adamW:
        var options = adam
        options.weight_decay = decay
        kernels.adam(count, &options, gradient, weights, first, second)
      case .sgd:
        let keep = 1 - adam.learning_rate * decay
        for i in 0..<count {
          first[i] = momentum * first[i] + adam.gradient_scale * gradient[i]
          weights[i] = keep * weights[i] - adam.learning_rate * first[i]
        }
      }
    }
  }
}
