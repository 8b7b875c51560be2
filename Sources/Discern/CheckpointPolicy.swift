import DiscernTraining

/// When a training's state is worth keeping.
struct CheckpointPolicy {
  /// `nil`: as often as costs little.
  let interval: CheckpointInterval?
  /// Whether the state at the end is kept too.
  let isLasting: Bool

  /// Ten minutes are the most that a break should cost. A state that is kept at most once in fifty times the
  /// time that keeping it takes costs 2 % at most.
  ///
  /// - Parameters:
  ///   - elapsed: seconds since the latest state was kept.
  ///   - cost: seconds that keeping one takes.
  func isDue(_ moment: TrainingMoment, elapsed: Double, cost: Double) -> Bool {
    let isCheap = elapsed >= 50 * cost
    switch (moment, interval) {
    case (.interrupted, _): return true
    case (.ended, _): return isLasting || isCheap
    case (.step(let count), .steps(let interval)): return count % interval == 0
    case (.step, .seconds(let interval)): return elapsed >= interval
    case (.step, nil): return elapsed >= 600 && isCheap
    case (.epoch, nil): return isCheap
    case (.epoch, .some): return false
    }
  }

  /// An estimate before the first one was written: a slow disk's 200 MB a second, and syncing.
  static func seconds(toWrite state: TrainingState) -> Double {
    0.05 + Double(state.buffers.reduce(0) { $0 + $1.byteCount }) / 2e8
  }
}
