import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTraining

extension TrainingRecipe {
  /// Compares what training takes at least with what there is, before anything is allocated.
  ///
  /// - Parameters:
  ///   - configuration: nil: before the data are known, with the least that they can be.
  ///   - lengths: of the training texts.
  /// - Throws: `DiscernError.training(.memory)`.
  func checkMemory(
    _ configuration: ClassifierConfiguration? = nil, lengths: [Int] = [], hasVectors: Bool = false,
    limit: SystemMemory.Limit = SystemMemory.limit()
  ) throws(DiscernError) {
    // Sizes that the data decide are at least these; with vectors the embedding's is not known either.
    let configuration =
      configuration
      ?? self.configuration(
        vocabularySize: 2, heads: [HeadConfiguration(.classes(count: 2))],
        embeddingSize: hasVectors ? 1 : encoder.embeddingSize)
    let buckets = LengthBuckets(
      batchSize: options.batchSize, window: options.bucketWindow, seed: options.seed)
    // The largest batch comes first.
    let largest = buckets.batches(lengths: lengths, epoch: 1).first ?? []
    let memory = TrainingMemory(
      configuration, options, models: ensembleSize, batchTokens: largest.reduce(0) { $0 + lengths[$1] },
      hasVectors: hasVectors)
    do throws(MemoryShortage) { try memory.check(against: limit) } catch { throw .training(.memory(error)) }
  }
}
