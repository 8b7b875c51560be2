/// One of a batch-normalised LSTM's normalisations during a pass: y = (x - mean) · scale · weight + bias,
/// with mean and scale of each step.
struct StepNorm {
  let weight: UnsafePointer<Float>
  let bias: UnsafePointer<Float>?
  private let running: RunningStatistics
  /// The number of groups that have statistics after the pass.
  private let seen: Int
  private let moves: Bool
  /// By group: the number of rows, which are normalised by their own statistics; 0: by the running ones.
  private let ownCounts: [Int]
  /// Mean and scale of each step, or only of the latest without gradients.  // [T or 1, 2F]
  private let statistics: Matrix

  /// - Parameters:
  ///   - groupSizes: the number of rows of each group, not increasing; a group's number is its index in them.
  init(_ tape: Tape, _ parameters: StepNormParameters, groupSizes: ArraySlice<Int>) {
    weight = UnsafePointer(tape.weights[parameters.weight].pointer)
    bias = parameters.bias.map { UnsafePointer(tape.weights[$0].pointer) }
    running = RunningStatistics(
      tape.weights, mean: parameters.runningMean, variance: parameters.runningVariance,
      stepsSeen: parameters.stepsSeen)
    moves = tape.isRecording && !tape.keepsStatistics
    ownCounts = groupSizes.map { tape.isRecording && !tape.isInference && $0 > 1 ? $0 : 0 }
    let measured = min(running.limit, ownCounts.prefix { $0 > 0 }.count)
    seen = moves ? max(running.seen, measured) : running.seen
    statistics = tape.workspace.matrix(
      tape.isRecording ? max(1, groupSizes.count) : 1, 2 * parameters.weight.count)
    if moves { tape.weights[parameters.stepsSeen].pointer[0] = Float(seen) }
  }

  private var size: Int { statistics.columns / 2 }

  /// The number of a group's rows if its own statistics are used; otherwise nil.
  func ownCount(_ group: Int) -> Int? { ownCounts[group] > 0 ? ownCounts[group] : nil }

  private func row(_ group: Int) -> UnsafeMutablePointer<Float> {
    statistics.row(statistics.rows == 1 ? 0 : group)
  }

  func mean(_ group: Int, _ column: Int) -> UnsafeMutablePointer<Float> { row(group) + column }
  func scale(_ group: Int, _ column: Int) -> UnsafeMutablePointer<Float> { row(group) + size + column }

  /// Computes the statistics of some columns of a group. `x` gives a row's values from the first column on.
  func measure(_ group: Int, _ columns: Range<Int>, _ x: (Int) -> UnsafePointer<Float>) {
    let result = (mean(group, columns.lowerBound), scale(group, columns.lowerBound))
    guard let count = ownCount(group) else {
      running.takeRunning(group, seen: seen, columns: columns, into: result)
      return
    }
    let width = columns.count
    withSums(2 * width) { sums in
      let squares = sums + width
      for row in 0..<count {
        let x = x(row)
        for j in 0..<width {
          let value = Double(x[j])
          sums[j] += value
          squares[j] += value * value
        }
      }
      running.takeOwn(
        group, count: count, columns: columns, sums: (UnsafePointer(sums), UnsafePointer(squares)),
        moves: moves, into: result)
    }
  }
}

/// Zeros, for sums over rows in double precision and in order.
func withSums(_ count: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) {
  let sums = UnsafeMutablePointer<Double>.allocate(capacity: count)
  sums.initialize(repeating: 0, count: count)
  defer { sums.deallocate() }
  body(sums)
}
