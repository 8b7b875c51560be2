import DiscernCorpus
import DiscernTensor

/// The source of a training run's batches: examples divided afresh for each epoch. A batch carries its
/// targets.
package protocol BatchSource: Sendable {
  associatedtype Batch: Sendable

  var exampleCount: Int { get }
  /// The number of tokens of all examples: the unit in which speed and remaining time are reported.
  var tokenCount: Int { get }
  func tokenCount(of batch: Batch) -> Int
  /// The hypothetical cost of padding.
  func padding() throws(ShardError) -> PaddingCost

  /// The examples of each batch of an epoch, determined by the epoch's number alone (from 1).
  func plan(epoch: Int) throws(ShardError) -> EpochPlan
  /// Makes a batch; not called on the training thread.
  func batch(of examples: [Int]) throws(ShardError) -> Batch
  /// [V] how often an epoch looks up each row of a table; used to standardise its vectors.
  func counts(of table: EmbeddingTable) -> [Int]
}

extension BatchSource {
  /// Defaults for examples without a length: each counts as one token and needs no padding.
  package var tokenCount: Int { exampleCount }
  package func padding() throws(ShardError) -> PaddingCost { .none }

  /// Every row equally often.
  package func counts(of table: EmbeddingTable) -> [Int] { Array(repeating: 1, count: table.rowCount) }

  /// Some batches of a plan, made ahead of their use.
  ///
  /// - Parameters:
  ///   - numbers: the batches to make, in order.
  ///   - stepSize: the number of batches that are used together.
  package func batches(
    _ plan: EpochPlan, _ numbers: some RandomAccessCollection<Int> & Sendable, stepSize: Int
  ) -> BatchPrefetcher<Result<Batch, ShardError>> {
    BatchPrefetcher(numbers: numbers, depth: min(stepSize, numbers.count) + 2) { number in
      do throws(ShardError) { return .success(try batch(of: plan[number])) } catch { return .failure(error) }
    }
  }
}
