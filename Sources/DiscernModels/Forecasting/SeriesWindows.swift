/// Scaled windows of a series with the rows that follow each of them.
package struct SeriesWindows: Sendable {
  /// [rows, columns] scaled: all columns that are read or forecast.
  private let values: [Float]
  private let columnCount: Int
  private let inputColumns: [Int]
  private let targetColumns: [Int]
  /// Whether targets are differences from the window's last value.
  package let isRelative: Bool
  package let window: Int
  package let horizon: Int
  /// The first row of each window.
  package let starts: [Int]

  /// - Parameters:
  ///   - starts: the first rows of windows that, together with the rows that follow, lie within the series.
  package init(
    values: [Float], columnCount: Int, inputColumns: [Int], targetColumns: [Int], isRelative: Bool,
    window: Int, horizon: Int, starts: [Int]
  ) {
    precondition(columnCount > 0 && values.count % columnCount == 0, "rows of \(columnCount)")
    let last = values.count / columnCount - window - horizon
    precondition(starts.allSatisfy { $0 >= 0 && $0 <= last }, "a window beyond the rows")
    self.values = values
    self.columnCount = columnCount
    self.inputColumns = inputColumns
    self.targetColumns = targetColumns
    self.isRelative = isRelative
    self.window = window
    self.horizon = horizon
    self.starts = starts
  }

  package var count: Int { starts.count }

  private func value(_ row: Int, _ column: Int) -> Float { values[row * columnCount + column] }

  /// The last value of a target in a window, scaled.
  package func level(_ index: Int, target: Int) -> Float {
    value(starts[index] + window - 1, targetColumns[target])
  }

  /// The windows of those indices, in that order.
  package func batch(_ indices: some Collection<Int>) -> ForecastBatch {
    var inputs: [Float] = []
    inputs.reserveCapacity(indices.count * window * inputColumns.count)
    for step in 0..<window {
      for index in indices {
        for column in inputColumns { inputs.append(value(starts[index] + step, column)) }
      }
    }
    var targets: [Float] = []
    targets.reserveCapacity(indices.count * horizon * targetColumns.count)
    for index in indices {
      for step in 0..<horizon {
        for (target, column) in targetColumns.enumerated() {
          let level = isRelative ? level(index, target: target) : 0
          targets.append(value(starts[index] + window + step, column) - level)
        }
      }
    }
    return ForecastBatch(count: indices.count, inputs: inputs, targets: targets)
  }
}
