import DiscernCorpus
import DiscernModels
import DiscernTensor

/// Batches of texts of similar length with their labels.
package struct LabelledTextSource: BatchSource {
  private let data: LabelledTexts
  private let lengths: [Int]
  private let buckets: LengthBuckets

  package init(_ data: LabelledTexts, _ options: TrainingOptions) {
    self.data = data
    lengths = data.lengths
    buckets = LengthBuckets(batchSize: options.batchSize, window: options.bucketWindow, seed: options.seed)
  }

  package var exampleCount: Int { data.texts.count }
  package var tokenCount: Int { data.texts.tokenIDs.count }
  package func tokenCount(of batch: LabelledBatch) -> Int { batch.packed.tokenCount }
  package var padding: PaddingCost { PaddingCost(lengths: lengths, buckets: buckets) }

  package func plan(epoch: Int) -> [[Int]] { buckets.batches(lengths: lengths, epoch: epoch) }
  package func batch(of examples: [Int]) -> LabelledBatch { data.batch(of: examples) }

  package func counts(of table: EmbeddingTable) -> [Int] {
    data.wordCounts(vocabularySize: table.rowCount)
  }
}
