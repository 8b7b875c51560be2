import DiscernCorpus
import DiscernModels

extension EpochPlan {
  /// All of them.
  func batches() throws(ShardError) -> [[Int]] {
    try (0..<count).map { number throws(ShardError) in try self[number] }
  }
}
