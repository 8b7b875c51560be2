/// A matrix with 8 bits per number and a scale for each row: number = value · scale.
package struct QuantizedMatrix: Sendable, Equatable {
  package let rows: Int
  package let columns: Int
  /// [rows, columns] row-major.
  package let values: [Int8]
  /// [rows]
  package let scales: [Float]

  /// The largest sum of two consecutive numbers of the same sign in a row, chosen so that an instruction that
  /// adds two products of them and unsigned bytes stays within 16 bits: 255 · 128.
  static let pairLimit = 128

  /// The largest scale: products of such scales, and their sums, stay finite.
  package static let largestScale: Float = 1e12

  package init(rows: Int, columns: Int, values: [Int8], scales: [Float]) {
    precondition(
      values.count == rows * columns && scales.count == rows,
      "\(values.count) values and \(scales.count) scales for [\(rows), \(columns)]")
    self.rows = rows
    self.columns = columns
    self.values = values
    self.scales = scales
  }

  /// Rounds to the nearest number, with the finest scale possible for each row; a row of zeros has the scale
  /// 0.
  ///
  /// - Parameter isPairSafe: whether pairs keep to the limit, as required of the weights of products.
  package init(rounding matrix: Matrix, isPairSafe: Bool) {
    var values: [Int8] = []
    values.reserveCapacity(matrix.count)
    var scales: [Float] = []
    for row in 0..<matrix.rows {
      let numbers = matrix.row(row)
      let scale = Self.largest(numbers, matrix.columns, isPairSafe) / 127
      let inverse = scale > 1e-30 ? 1 / scale : 0
      scales.append(inverse > 0 ? scale : 0)
      for column in 0..<matrix.columns {
        let level = (numbers[column] * inverse).rounded(.toNearestOrEven)
        values.append(Int8(max(-127, min(127, level))))
      }
    }
    self.init(rows: matrix.rows, columns: matrix.columns, values: values, scales: scales)
  }

  /// The number that becomes 127: the row's largest magnitude or, with `isPairSafe`, its largest sum of a
  /// pair.
  private static func largest(_ row: UnsafePointer<Float>, _ count: Int, _ isPairSafe: Bool) -> Float {
    var largest: Float = 0
    for index in stride(from: 0, to: count, by: isPairSafe ? 2 : 1) {
      let (one, other) = (row[index], isPairSafe && index + 1 < count ? row[index + 1] : 0)
      largest = max(largest, max(one, 0) + max(other, 0), max(-one, 0) + max(-other, 0))
    }
    return largest
  }

  /// The first row with a pair beyond the limit.
  package var unsafeRow: Int? {
    values.withUnsafeBufferPointer { values in
      (0..<rows).first { row in
        stride(from: 0, to: columns, by: 2).contains { column in
          let one = Int(values[row * columns + column])
          let other = column + 1 < columns ? Int(values[row * columns + column + 1]) : 0
          return max(max(one, 0) + max(other, 0), max(-one, 0) + max(-other, 0)) > Self.pairLimit
        }
      }
    }
  }

  /// Writes the numbers that the matrix represents.
  package func widen(into matrix: Matrix) {
    precondition(matrix.rows == rows && matrix.columns == columns, "[\(rows), \(columns)] into another shape")
    for row in 0..<rows { widen(row: row, into: matrix.row(row)) }
  }

  /// The same for one row.
  func widen(row: Int, into target: UnsafeMutablePointer<Float>) {
    let scale = scales[row]
    values.withUnsafeBufferPointer { values in
      for column in 0..<columns { target[column] = Float(values[row * columns + column]) * scale }
    }
  }
}
