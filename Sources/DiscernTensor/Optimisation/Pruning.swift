/// Magnitude pruning (Han et al. 2015): the smallest weights of each matrix become zeros and stay zeros.
///
/// No mask is kept. A weight that is exactly zero gets no gradient, and a pruned one has no moments, so that
/// no step changes it: the weights themselves show which are pruned, even after an interruption. An unpruned
/// weight that happens to reach zero still moves by its moments.
extension Weights {
  /// The number of weights set to zero, of all weights, and of their tensors.
  package struct Pruned: Sendable, Equatable {
    package var zeros = 0
    package var weights = 0
    package var tensors = 0
  }

  /// The dense matrices, which are pruned like trained tables; biases and norms are not.
  private static func matrices(_ layout: ParameterLayout) -> [Parameter] {
    layout.parameters.filter { $0.shape.count > 1 }
  }

  /// Sets the smallest weights of each trained matrix to zero: a share of them, rounded to a whole number; of
  /// equal weights, the first.
  ///
  /// - Parameter share: 0 to below 1.
  package func prune(_ share: Double) -> Pruned {
    let trained = layout.tables.filter(\.isTrainable).map { self[$0] }
    var result = Pruned()
    for matrix in trained + Self.matrices(layout).map({ self[$0] }) {
      let zeros = Int((share * Double(matrix.count)).rounded(.toNearestOrEven))
      Self.clearSmallest(zeros, of: UnsafeMutableBufferPointer(start: matrix.pointer, count: matrix.count))
      result.zeros += zeros
      result.weights += matrix.count
      result.tensors += 1
    }
    didChange()
    return result
  }

  /// The bits of magnitudes have the magnitudes' order: they are counted by their upper half, then those at
  /// the border by their lower half.
  private static func clearSmallest(_ wanted: Int, of values: UnsafeMutableBufferPointer<Float>) {
    guard wanted > 0 else { return }
    var counts = [Int](repeating: 0, count: 1 << 16)
    for value in values { counts[Int(value.magnitude.bitPattern >> 16)] += 1 }
    var left = wanted
    func border() -> UInt32 {
      var place = 0
      while counts[place] < left {
        left -= counts[place]
        place += 1
      }
      return UInt32(place)
    }
    let upper = border()
    counts = [Int](repeating: 0, count: 1 << 16)
    for value in values where value.magnitude.bitPattern >> 16 == upper {
      counts[Int(value.magnitude.bitPattern & 0xFFFF)] += 1
    }
    let limit = upper << 16 | border()
    for index in values.indices {
      let bits = values[index].magnitude.bitPattern
      guard bits < limit || (bits == limit && left > 0) else { continue }
      if bits == limit { left -= 1 }
      values[index] = 0
    }
  }

  /// Sets numbers to zero where the corresponding weights are zero.
  ///
  /// - Parameters:
  ///   - dense: the numbers of the dense weights, in their layout.
  ///   - rows: the numbers of some rows of a trained table; nil: none.
  func clearWhereZero(
    _ dense: UnsafeMutablePointer<Float>, _ rows: (EmbeddingTable) -> (ids: [Int32]?, values: Matrix)?,
    _ compute: Compute
  ) {
    for parameter in Self.matrices(layout) {
      let (weights, own) = (self[parameter].pointer, dense + parameter.offset)
      compute.forEachBlock(of: parameter.count, size: 1 << 14) { block in
        for index in block where weights[index] == 0 { own[index] = 0 }
      }
    }
    for table in layout.tables where table.isTrainable {
      guard let (ids, values) = rows(table) else { continue }
      let (weights, size) = (self[table], table.columnCount)
      compute.forEachBlock(of: values.rows, size: 256) { block in
        for row in block {
          let (own, weights) = (values.row(row), weights.row(ids.map { Int($0[row]) } ?? row))
          for index in 0..<size where weights[index] == 0 { own[index] = 0 }
        }
      }
    }
  }
}

extension Gradients {
  /// Removes the gradient of matrices' zero weights; to be called after `joinPasses`.
  package func clear(whereZero weights: Weights, _ compute: Compute) {
    weights.clearWhereZero(dense.pointer, { self[$0].map { ($0.ids, $0.values) } }, compute)
  }
}
