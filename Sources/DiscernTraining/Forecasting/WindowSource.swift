import DiscernIO
import DiscernModels

/// Windows of a series, in a different order in each epoch.
package struct WindowSource: BatchSource {
  private let windows: SeriesWindows
  private let batchSize: Int
  private let seed: UInt64

  package init(_ windows: SeriesWindows, batchSize: Int, seed: UInt64) {
    self.windows = windows
    self.batchSize = batchSize
    self.seed = seed
  }

  package var exampleCount: Int { windows.count }
  package var tokenCount: Int { windows.count * windows.window }
  package func tokenCount(of batch: ForecastBatch) -> Int { batch.count * windows.window }

  package func plan(epoch: Int) -> EpochPlan {
    let order = KeyedPermutation(
      count: windows.count, stream: RandomStream(seed: seed, purpose: .shuffle, counter: epoch))
    return EpochPlan(
      stride(from: 0, to: windows.count, by: batchSize).map { start in
        (start..<min(start + batchSize, windows.count)).map { order[$0] }
      })
  }

  package func batch(of examples: [Int]) -> ForecastBatch { windows.batch(examples) }
}
