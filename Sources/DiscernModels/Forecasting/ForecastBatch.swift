import DiscernTensor

/// Scaled windows of a series with the values that follow them.
package struct ForecastBatch: Sendable {
  /// N windows.
  package let count: Int
  /// [W · N, columns] time-major: the first rows of all windows, then the second rows, and so on.
  package let inputs: [Float]
  /// [N, horizon · targets]
  package let targets: [Float]

  package init(count: Int, inputs: [Float], targets: [Float]) {
    self.count = count
    self.inputs = inputs
    self.targets = targets
  }
}
