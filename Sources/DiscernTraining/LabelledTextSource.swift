import DiscernCorpus
import DiscernModels
import DiscernTensor

/// Batches of texts of similar length with their labels.
package struct LabelledTextSource: BatchSource {
  private let store: any LabelledTextStore
  private let buckets: LengthBuckets

  package init(_ store: any LabelledTextStore, _ options: TrainingOptions) {
    self.store = store
    buckets = options.buckets
  }

  package var exampleCount: Int { store.textCount }
  package var tokenCount: Int { store.tokenCount }
  package func tokenCount(of batch: LabelledBatch) -> Int { batch.packed.tokenCount }

  package func padding() throws(ShardError) -> PaddingCost {
    try PaddingCost(store.blocks, buckets: buckets, lengths: store.lengths(ofBlock:))
  }

  package func plan(epoch: Int) throws(ShardError) -> EpochPlan {
    let store = store
    return try buckets.plan(store.blocks, epoch: epoch) { block throws(ShardError) in
      try store.lengths(ofBlock: block)
    }
  }

  package func batch(of examples: [Int]) throws(ShardError) -> LabelledBatch {
    try store.batch(of: examples)
  }

  package func counts(of table: EmbeddingTable) -> [Int] {
    store.wordCounts(vocabularySize: table.rowCount)
  }
}

extension TrainingOptions {
  /// How texts are divided into batches.
  package var buckets: LengthBuckets {
    LengthBuckets(batchSize: batchSize, window: bucketWindow, seed: seed)
  }
}
