import DiscernTraining

/// Decides when to save a training run's state.
struct CheckpointPolicy {
  /// Nil: as often as is cheap.
  let interval: CheckpointInterval?
  /// Whether the final state is saved even if that is not cheap.
  let isLasting: Bool

  /// An interruption should cost at most ten minutes. Saving at most once in fifty times the time that a save
  /// takes costs at most 2 %.
  ///
  /// - Parameters:
  ///   - elapsed: seconds since the latest save.
  ///   - cost: seconds that a save takes.
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

  /// An estimate before the first save: a slow disk's 200 MB a second, plus syncing.
  static func seconds(toWrite state: TrainingState) -> Double {
    0.05 + Double(state.buffers.reduce(0) { $0 + $1.byteCount }) / 2e8
  }
}
