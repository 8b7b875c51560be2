import DiscernCorpus
import DiscernTensor

/// The source of a training run's batches: examples divided afresh for each epoch. A batch carries its
/// targets.
package protocol BatchSource: Sendable {
  associatedtype Batch: Sendable

  var exampleCount: Int { get }
  /// Of all examples, and of a batch: the unit in which speed and remaining time are reported.
  var tokenCount: Int { get }
  func tokenCount(of batch: Batch) -> Int
  /// The cost that padding would have had.
  func padding() throws(ShardError) -> PaddingCost

  /// The examples of each batch of an epoch, determined by the epoch's number alone (from 1).
  func plan(epoch: Int) throws(ShardError) -> EpochPlan
  /// Makes a batch; not called on the training thread.
  func batch(of examples: [Int]) throws(ShardError) -> Batch
  /// [V] how often an epoch looks up each row of a table, where vectors are standardised.
  func counts(of table: EmbeddingTable) -> [Int]
}

extension BatchSource {
  /// Examples without a length: each is a token, and none is padded.
  package var tokenCount: Int { exampleCount }
  package func padding() throws(ShardError) -> PaddingCost { .none }

  /// Every row equally often.
  package func counts(of table: EmbeddingTable) -> [Int] { Array(repeating: 1, count: table.rowCount) }

  /// Some batches of a plan, made ahead of their use.
  ///
  /// - Parameters:
  ///   - numbers: the batches to make, in order.
  ///   - stepSize: batches that are taken together.
  package func batches(
    _ plan: EpochPlan, _ numbers: some RandomAccessCollection<Int> & Sendable, stepSize: Int
  ) -> BatchPrefetcher<Result<Batch, ShardError>> {
    BatchPrefetcher(numbers: numbers, depth: min(stepSize, numbers.count) + 2) { number in
      do throws(ShardError) { return .success(try batch(of: plan[number])) } catch { return .failure(error) }
    }
  }
}
