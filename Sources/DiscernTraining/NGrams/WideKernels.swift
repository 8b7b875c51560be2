import DiscernTensor

/// Products of sparse rows and dense lanes.
struct WideKernels {
  private let rows: SparseRows
  private let laneCount: Int
  private let products: SparseProducts
  private let ones: WideBuffer
  private let squared: WideBuffer

  init(_ compute: Compute, _ rows: SparseRows, laneCount: Int) {
    self.rows = rows
    self.laneCount = laneCount
    products = SparseProducts(compute)
    let longest = (0..<rows.count).reduce(0) { max($0, rows.offsets[$1 + 1] - rows.offsets[$1]) }
    ones = WideBuffer(count: longest)
    ones.pointer.update(repeating: 1, count: longest)
    squared = WideBuffer(count: longest)
  }

  @inline(__always) private func withRow(
    _ row: Int, _ body: (Int, UnsafePointer<Int32>, UnsafePointer<Float>) -> Void
  ) {
    let start = rows.offsets[row]
    rows.features.withUnsafeBufferPointer { features in
      rows.values.withUnsafeBufferPointer { values in
        // A row has at least its bias.
        if let features = features.baseAddress, let values = values.baseAddress {
          body(rows.offsets[row + 1] - start, features + start, values + start)
        }
      }
    }
  }

  /// sums[lane] = Σ x w[feature, lane]
  func sum(_ row: Int, of weights: WideBuffer, into sums: UnsafeMutablePointer<Float>) {
    withRow(row) { count, features, values in
      products.sum(
        count: count, rows: features, values: values, lanes: laneCount, matrix: weights.pointer,
        stride: laneCount, into: sums)
    }
  }

  /// weights[feature, lane] += x change[lane], times the scale; `isCount` takes each x as 1.
  func add(
    _ row: Int, _ change: UnsafePointer<Float>, to weights: WideBuffer, scales: WideBuffer? = nil,
    isCount: Bool = false
  ) {
    withRow(row) { count, features, values in
      products.add(
        count: count, rows: features, values: isCount ? UnsafePointer(ones.pointer) : values,
        lanes: laneCount, change: change, scales: scales.map { UnsafePointer($0.pointer) },
        to: weights.pointer, stride: laneCount)
    }
  }

  /// Σ x²
  func sumOfSquares(_ row: Int) -> Float {
    var sum: Float = 0
    withRow(row) { count, _, values in
      for place in 0..<count { sum += values[place] * values[place] }
    }
    return sum
  }

  /// sums[lane] = Σ x² scales[feature, lane]
  func sumOfSquares(_ row: Int, of scales: WideBuffer, into sums: UnsafeMutablePointer<Float>) {
    withRow(row) { count, features, values in
      for place in 0..<count { squared.pointer[place] = values[place] * values[place] }
      products.sum(
        count: count, rows: features, values: squared.pointer, lanes: laneCount,
        matrix: scales.pointer,
        stride: laneCount, into: sums)
    }
  }
}
