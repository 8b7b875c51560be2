import DiscernCorpus
import DiscernModels

/// Batches of pairs of similar length, source and target together.
package struct PairSource: BatchSource {
  package let pairs: EncodedPairs
  private let lengths: [Int]
  private let buckets: LengthBuckets

  package init(_ pairs: EncodedPairs, batchSize: BatchSize, seed: UInt64) {
    self.pairs = pairs
    // The decoder reads one token more than the target: the mark of its beginning.
    lengths = (0..<pairs.count).map { pairs.sources.length($0) + pairs.targets.length($0) + 1 }
    buckets = LengthBuckets(batchSize: batchSize, seed: seed)
  }

  package var exampleCount: Int { pairs.count }
  package var tokenCount: Int { lengths.reduce(0, +) }
  package func tokenCount(of batch: PairExamples) -> Int { batch.batch.tokenCount }
  package func padding() -> PaddingCost { PaddingCost(lengths: lengths, buckets: buckets) }

  package func plan(epoch: Int) -> EpochPlan {
    EpochPlan(buckets.batches(lengths: lengths, epoch: epoch))
  }

  package func batch(of examples: [Int]) -> PairExamples { PairExamples(pairs, indices: examples) }
}
