import CDiscernKernels
import Foundation

/// Adam (Kingma and Ba 2015), PyTorch's defaults. The embedding table's rows and their moments are
/// updated only in steps that use them (as PyTorch's `SparseAdam`).
package final class AdamOptimizer {
  private let firstMoments: AlignedBuffer  // dense, flat
  private let secondMoments: AlignedBuffer
  private let rowFirstMoments: AlignedBuffer  // [V, D]
  private let rowSecondMoments: AlignedBuffer
  private(set) package var stepCount = 0
  private let beta1: Float = 0.9
  private let beta2: Float = 0.999

  package init(weights: Weights, trainsEmbedding: Bool) {
    firstMoments = AlignedBuffer(count: weights.dense.count)
    secondMoments = AlignedBuffer(count: weights.dense.count)
    rowFirstMoments = AlignedBuffer(count: trainsEmbedding ? weights.embedding.count : 0)
    rowSecondMoments = AlignedBuffer(count: trainsEmbedding ? weights.embedding.count : 0)
  }

  /// One update; `gradientScale` is clipping's factor. Row 0, `<pad>`, never moves.
  package func step(
    _ weights: Weights, _ gradients: Gradients, learningRate: Float, gradientScale: Float, _ compute: Compute
  ) {
    stepCount += 1
    var options = discern_adam(
      learning_rate: learningRate, beta1: beta1, beta2: beta2, epsilon: 1e-8, weight_decay: 0,
      gradient_scale: gradientScale, correction1: Float(1 - pow(Double(beta1), Double(stepCount))),
      correction2: Float(1 - pow(Double(beta2), Double(stepCount))))
    let kernels = compute.kernels
    withUnsafePointer(to: &options) { options in
      compute.forEachBlock(of: weights.dense.count, size: 1 << 14) { block in
        let start = block.lowerBound
        kernels.adam(
          block.count, options, gradients.dense.pointer + start, weights.dense.pointer + start,
          firstMoments.pointer + start, secondMoments.pointer + start)
      }
      if let rows = gradients.embeddingRows {
        let size = weights.embeddingSize
        compute.forEachBlock(of: rows.ids.count, size: 256) { block in
          for index in block where rows.ids[index] != 0 {
            let start = Int(rows.ids[index]) * size
            kernels.adam(
              size, options, rows.values.row(index), weights.embedding.pointer + start,
              rowFirstMoments.pointer + start, rowSecondMoments.pointer + start)
          }
        }
      }
    }
    weights.didChange()
  }
}

extension Gradients {
  /// The Euclidean norm of all gradients together, summed in double in a fixed order.
  package func norm(_ compute: Compute) -> Double {
    let kernels = compute.kernels
    var total = kernels.sum_of_squares(dense.count, dense.pointer)
    if let rows = embeddingRows {
      for (index, id) in rows.ids.enumerated() where id != 0 {
        total += kernels.sum_of_squares(rows.values.columns, rows.values.row(index))
      }
    }
    return total.squareRoot()
  }
}
