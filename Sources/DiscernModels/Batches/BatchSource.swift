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
  var padding: PaddingCost { get }

  /// The examples of each of an epoch's batches, a function of the epoch, counted from 1.
  func plan(epoch: Int) -> [[Int]]
  /// Makes a batch; called on another thread than the one that trains.
  func batch(of examples: [Int]) -> Batch
  /// [V] how often each row of a table is looked up in an epoch, where vectors are standardised.
  func counts(of table: EmbeddingTable) -> [Int]
}

extension BatchSource {
  /// Examples without a length: each is a token, and none is padded.
  package var tokenCount: Int { exampleCount }
  package var padding: PaddingCost { .none }

  /// Every row as often as any other.
  package func counts(of table: EmbeddingTable) -> [Int] { Array(repeating: 1, count: table.rowCount) }

  /// The batches of a part of a plan, made ahead of their use.
  ///
  /// - Parameter stepSize: batches that are taken together.
  package func batches(_ plan: ArraySlice<[Int]>, stepSize: Int) -> BatchPrefetcher<Batch> {
    BatchPrefetcher(plan: Array(plan), depth: min(stepSize, plan.count) + 2, make: batch)
  }
}
