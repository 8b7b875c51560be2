import DiscernCorpus
import DiscernModels

/// Whole texts without labels, in batches of similar length.
package struct WholeTextSource: BatchSource {
  package let texts: EncodedTexts
  private let lengths: [Int]
  private let buckets: LengthBuckets

  /// - Parameter texts: each of at least one token.
  package init(_ texts: EncodedTexts, batchSize: BatchSize, seed: UInt64) {
    self.texts = texts
    lengths = (0..<texts.count).map(texts.length)
    buckets = LengthBuckets(batchSize: batchSize, seed: seed)
  }

  package var exampleCount: Int { texts.count }
  package var tokenCount: Int { texts.tokenIDs.count }
  package func tokenCount(of batch: PackedBatch) -> Int { batch.tokenCount }
  package func padding() -> PaddingCost { PaddingCost(lengths: lengths, buckets: buckets) }

  package func plan(epoch: Int) -> EpochPlan {
    EpochPlan(buckets.batches(lengths: lengths, epoch: epoch))
  }

  package func batch(of examples: [Int]) -> PackedBatch { PackedBatch(texts, indices: examples) }
}
