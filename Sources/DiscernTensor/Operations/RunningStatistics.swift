/// Batch normalisation's running mean and variance of some groups of rows; training moves them a tenth of the
/// way towards each batch's own (PyTorch's momentum 0.1, the unbiased variance). A group is all tokens, or
/// those of one step; groups beyond the last one with statistics use that one's.
struct RunningStatistics {
  private static let epsilon = 1e-5

  private let mean: Matrix  // [groups with statistics, F]
  private let variance: Matrix
  /// The number of groups that had statistics before this pass.
  let seen: Int

  /// - Parameter stepsSeen: `nil` if all tokens are one group.
  init(_ weights: Weights, mean: StateTensor, variance: StateTensor, stepsSeen: StateTensor?) {
    self.mean = weights[mean]
    self.variance = weights[variance]
    seen = stepsSeen.map { Int(weights[$0].pointer[0]) } ?? 1
  }

  /// The number of groups that can have statistics.
  var limit: Int { mean.rows }

  /// Computes mean and 1 / √(variance + ε) of a group's own rows, and moves the running ones towards them.
  ///
  /// - Parameters:
  ///   - group: the group's number.
  ///   - count: the number of its rows, at least 2.
  ///   - sums: Σ x and Σ x² of each of the columns.
  ///   - moves: whether the running ones move, if the group has any.
  ///   - result: where to write, from the first of the columns on.
  func takeOwn(
    _ group: Int, count: Int, columns: Range<Int>,
    sums: (x: UnsafePointer<Double>, squares: UnsafePointer<Double>),
    moves: Bool, into result: (mean: UnsafeMutablePointer<Float>, scale: UnsafeMutablePointer<Float>)
  ) {
    let n = Double(count)
    // A step without statistics begins with those of the last step that has some.
    let old = min(seen == 0 ? group : min(group, seen - 1), limit - 1)
    for (index, column) in columns.enumerated() {
      let average = sums.x[index] / n
      let spread = max(0, sums.squares[index] / n - average * average)
      result.mean[index] = Float(average)
      result.scale[index] = Float(1 / (spread + Self.epsilon).squareRoot())
      guard moves && group < limit else { continue }
      mean.row(group)[column] = Float(0.9 * Double(mean.row(old)[column]) + 0.1 * average)
      variance.row(group)[column] = Float(
        0.9 * Double(variance.row(old)[column]) + 0.1 * spread * n / (n - 1))
    }
  }

  /// The running mean and 1 / √(variance + ε).
  ///
  /// - Parameter seen: the number of groups that have statistics by now.
  func takeRunning(
    _ group: Int, seen: Int, columns: Range<Int>,
    into result: (mean: UnsafeMutablePointer<Float>, scale: UnsafeMutablePointer<Float>)
  ) {
    let row = max(0, min(group, seen - 1))
    for (index, column) in columns.enumerated() {
      result.mean[index] = mean.row(row)[column]
      result.scale[index] = 1 / (variance.row(row)[column] + Float(Self.epsilon)).squareRoot()
    }
  }
}
