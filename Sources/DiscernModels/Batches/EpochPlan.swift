import DiscernCorpus
import Synchronization

/// An epoch's batches, each a list of examples. They are computed in windows, of which only the latest is
/// kept in memory.
package final class EpochPlan: Sendable {
  /// [windows + 1] the first batch of each window, then the end of the last.
  private let starts: [Int]
  private let make: @Sendable (Int) throws(ShardError) -> [[Int]]
  private let latest = Mutex<(window: Int, batches: [[Int]])?>(nil)

  /// - Parameters:
  ///   - counts: the number of batches in each window.
  ///   - make: the batches of a window.
  package init(counts: [Int], make: @escaping @Sendable (Int) throws(ShardError) -> [[Int]]) {
    starts = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    self.make = make
  }

  /// A plan of known batches, in a single window.
  package convenience init(_ batches: [[Int]]) {
    self.init(counts: [batches.count]) { _ in batches }
  }

  /// The number of batches.
  package var count: Int { starts[starts.count - 1] }

  /// The examples of a batch. Cheap when batches are requested in order.
  package subscript(batch: Int) -> [Int] {
    get throws(ShardError) {
      precondition((0..<count).contains(batch), "batch \(batch) of \(count)")
      let known = latest.withLock { $0 }
      if let known, starts[known.window] <= batch, batch < starts[known.window + 1] {
        return known.batches[batch - starts[known.window]]
      }
      let window = starts.lastIndex { $0 <= batch } ?? 0
      let batches = try make(window)
      precondition(
        batches.count == starts[window + 1] - starts[window], "a window has other batches than before")
      latest.withLock { $0 = (window, batches) }
      return batches[batch - starts[window]]
    }
  }
}
