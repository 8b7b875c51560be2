import Foundation

/// The exponential moving average of weights: a ← d a + (1 − d) w after each step, with
/// d = min(decay, (1 + t) / (10 + t)) in step t, so that the first steps do not weigh for long.
///
/// Rows of the embedding table that a step does not use are not touched: as w stays, n steps come to
/// a ← w + (Π d) (a − w), which is made up for when the row is next used, or by `catchUp`.
package final class WeightAverage {
  /// The averages; those of rows that have not been used lately are behind until `catchUp`.
  package let weights: Weights
  private let decay: Double
  private var stepCount = 0
  /// log Π d over all steps.
  private var logProduct = 0.0
  /// [V] `logProduct` when the row's average was last right.
  private var rowLogProducts: [Double]

  /// - Parameter decay: above 0, below 1.
  package init(of weights: Weights, decay: Double) {
    self.weights = Weights(copying: weights)
    self.decay = decay
    rowLogProducts = [Double](repeating: 0, count: weights.vocabularySize)
  }

  /// Runs a step that changes the dense weights and the given rows, and follows it.
  package func follow(_ source: Weights, rows ids: [Int32], _ compute: Compute, step: () -> Void) {
    for id in ids { catchUp(Int(id), source) }
    step()
    stepCount += 1
    let d = min(decay, Double(1 + stepCount) / Double(10 + stepCount))
    logProduct += log(d)
    let share = Float(1 - d)
    compute.forEachBlock(of: weights.dense.count, size: 1 << 14) { block in
      Self.move(
        weights.dense.pointer + block.lowerBound, towards: source.dense.pointer + block.lowerBound,
        by: share, count: block.count)
    }
    for id in ids {
      Self.move(
        weights.embeddingRow(Int(id)), towards: source.embeddingRow(Int(id)), by: share,
        count: weights.embeddingSize)
      rowLogProducts[Int(id)] = logProduct
    }
  }

  /// Makes every average what it should be after the steps so far; running statistics are averages already
  /// and are taken as they are.
  package func catchUp(_ source: Weights) {
    for id in 0..<weights.vocabularySize { catchUp(id, source) }
    weights.updateStates(from: source)
    weights.didChange()
  }

  private func catchUp(_ id: Int, _ source: Weights) {
    guard rowLogProducts[id] != logProduct else { return }
    Self.move(
      weights.embeddingRow(id), towards: source.embeddingRow(id),
      by: Float(1 - exp(logProduct - rowLogProducts[id])), count: weights.embeddingSize)
    rowLogProducts[id] = logProduct
  }

  private static func move(
    _ a: UnsafeMutablePointer<Float>, towards w: UnsafePointer<Float>, by share: Float, count: Int
  ) {
    for i in 0..<count { a[i] += share * (w[i] - a[i]) }
  }
}
