import DiscernSystem

/// The exponential moving average of weights: a ← d a + (1 − d) w after each step, with
/// d = min(decay, (1 + t) / (10 + t)) in step t, so that the first steps do not count for long.
///
/// Rows of embedding tables that a step does not use are not touched: since w stays the same, n steps amount
/// to a ← w + (Π d) (a − w), which is applied when the row is next used, or by `catchUp`.
package final class WeightAverage {
  /// The averages; those of rows that have not been used lately are out of date until `catchUp`.
  package let weights: Weights
  private let decay: Double
  package var state = State()
  /// By table, [V]: `logProduct` when the row's average was last up to date.
  private let rowLogProducts: [UnsafeMutableBufferPointer<Double>]

  /// The part of a checkpoint that is not stored as tensors.
  package struct State: Codable, Sendable, Equatable {
    package fileprivate(set) var stepCount = 0
    /// log Π d over all steps.
    package fileprivate(set) var logProduct = 0.0

    package init() {}
  }

  /// - Parameter decay: above 0, below 1.
  package init(of weights: Weights, decay: Double) {
    self.weights = Weights(copying: weights)
    self.decay = decay
    rowLogProducts = weights.layout.tables.map { table in
      let products = UnsafeMutableBufferPointer<Double>.allocate(capacity: table.rowCount)
      products.initialize(repeating: 0)
      return products
    }
  }

  deinit { for products in rowLogProducts { products.deallocate() } }

  /// The averages, in place, and how far each row's is behind; no row is ahead of `state`.
  package var stateBuffers: [StateBuffer] {
    let allowed = AllowedNumbers(min(0, state.logProduct)...0)
    return weights.stateBuffers("average")
      + zip(weights.layout.tables, rowLogProducts).map { table, products in
        StateBuffer(
          "average-rows/\(table.name)", shape: [table.rowCount], .doubles(products), allowed: allowed,
          of: self)
      }
  }

  /// Runs a step that changes the dense weights and the rows that have a gradient, and updates the averages.
  package func follow(_ source: Weights, _ gradients: Gradients, _ compute: Compute, step: () -> Void) {
    let tables = source.layout.tables
    for table in tables {
      for id in gradients[table]?.ids ?? [] { catchUp(Int(id), of: table, source) }
    }
    step()
    state.stepCount += 1
    let d = min(decay, Double(1 + state.stepCount) / Double(10 + state.stepCount))
    state.logProduct += log(d)
    let share = Float(1 - d)
    compute.forEachBlock(of: weights.dense.count, size: 1 << 14) { block in
      Self.move(
        weights.dense.pointer + block.lowerBound, towards: source.dense.pointer + block.lowerBound,
        by: share, count: block.count)
    }
    for table in tables {
      for id in gradients[table]?.ids ?? [] {
        Self.move(
          weights[table].row(Int(id)), towards: source[table].row(Int(id)), by: share,
          count: table.columnCount)
        rowLogProducts[table.index][Int(id)] = state.logProduct
      }
    }
  }

  /// Brings every average up to date with the steps so far; running statistics are averages already and are
  /// copied unchanged.
  package func catchUp(_ source: Weights) {
    for table in source.layout.tables where !table.isFixed {
      for id in 0..<table.rowCount { catchUp(id, of: table, source) }
    }
    weights.updateStates(from: source)
    weights.didChange()
  }

  /// Starts averaging again from other weights of the same layout.
  package func restart(from other: Weights) {
    weights.update(from: other)
    for products in rowLogProducts { products.update(repeating: state.logProduct) }
  }

  private func catchUp(_ id: Int, of table: EmbeddingTable, _ source: Weights) {
    let last = rowLogProducts[table.index][id]
    guard last != state.logProduct else { return }
    Self.move(
      weights[table].row(id), towards: source[table].row(id), by: Float(1 - exp(state.logProduct - last)),
      count: table.columnCount)
    rowLogProducts[table.index][id] = state.logProduct
  }

  private static func move(
    _ a: UnsafeMutablePointer<Float>, towards w: UnsafePointer<Float>, by share: Float, count: Int
  ) {
    for i in 0..<count { a[i] += share * (w[i] - a[i]) }
  }
}
