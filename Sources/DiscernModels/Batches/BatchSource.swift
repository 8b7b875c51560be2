import DiscernCorpus
import DiscernTensor

/// Where a training's batches come from: examples that are divided anew for each epoch. A batch carries its
/// targets.
package protocol BatchSource: Sendable {
  associatedtype Batch: Sendable

  var exampleCount: Int { get }
  /// Of all examples, and of a batch: what speed and the time that is left are told in.
  var tokenCount: Int { get }
  func tokenCount(of batch: Batch) -> Int
  /// What padding would have cost.
  func padding() throws(ShardError) -> PaddingCost

  /// The examples of each of an epoch's batches, a function of the epoch, counted from 1.
  func plan(epoch: Int) throws(ShardError) -> EpochPlan
  /// Makes a batch; called on another thread than the one that trains.
  func batch(of examples: [Int]) throws(ShardError) -> Batch
  /// [V] how often each row of a table is looked up in an epoch, where vectors are standardised.
  func counts(of table: EmbeddingTable) -> [Int]
}

extension BatchSource {
  /// Examples without a length: each is a token, and none is padded.
  package var tokenCount: Int { exampleCount }
  package func padding() throws(ShardError) -> PaddingCost { .none }

  /// Every row as often as any other.
  package func counts(of table: EmbeddingTable) -> [Int] { Array(repeating: 1, count: table.rowCount) }

  /// Some batches of a plan, made ahead of their use.
  ///
  /// - Parameters:
  ///   - numbers: which of them, in that order.
  ///   - stepSize: batches that are taken together.
  package func batches(
    _ plan: EpochPlan, _ numbers: some RandomAccessCollection<Int> & Sendable, stepSize: Int
  ) -> BatchPrefetcher<Result<Batch, ShardError>> {
    BatchPrefetcher(numbers: numbers, depth: min(stepSize, numbers.count) + 2) { number in
      do throws(ShardError) { return .success(try batch(of: plan[number])) } catch { return .failure(error) }
    }
  }
}
