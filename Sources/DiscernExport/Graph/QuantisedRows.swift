/// Weights as 8 bits with a scale for each row.
struct QuantisedRows {
  /// [rows, columns]
  let values: [Int8]
  /// [rows]
  let scales: [Float]
  private let columns: Int

  /// - Parameter values: [rows, columns]
  init(_ values: [Float], columns: Int) {
    let rows = columns == 0 ? 0 : values.count / columns
    var scales = [Float](repeating: 1, count: rows)
    var result = [Int8](repeating: 0, count: values.count)
    for row in 0..<rows {
      let range = row * columns..<(row + 1) * columns
      let largest = values[range].reduce(Float(0)) { max($0, abs($1)) }
      // Of a row of zeros, or of numbers too small to divide by, nothing is kept.
      let scale = largest / 127
      guard scale.isNormal else { continue }
      scales[row] = scale
      for index in range {
        result[index] = Int8(max(-127, min(127, (values[index] / scale).rounded(.toNearestOrEven))))
      }
    }
    self.values = result
    self.scales = scales
    self.columns = columns
  }

  /// [columns, rows]
  var transposed: [Int8] {
    (0..<columns).flatMap { column in scales.indices.map { values[$0 * columns + column] } }
  }
}
