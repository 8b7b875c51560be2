import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTraining

extension TrainingRecipe {
  /// Compares what training takes at least with what there is, before anything is allocated and before the
  /// data are known: with the least that they can be.
  ///
  /// - Throws: `DiscernError.training(.memory)`.
  func checkMemory(hasVectors: Bool, limit: SystemMemory.Limit = SystemMemory.limit()) throws(DiscernError) {
    let heads = [HeadConfiguration(.classes(count: 2))]
    if model.hasNGrams {
      let memory = NGramMemory(ngrams, heads)
      do throws(MemoryShortage) { try memory.check(against: limit) } catch { throw .training(.memory(error)) }
    }
    if model.hasNetwork {
      // With vectors the embedding's size is not known either.
      let network = configuration(
        vocabularySize: 2, heads: heads, embeddingSize: hasVectors ? 1 : encoder.embeddingSize)
      try checkMemory(network, lengths: [], hasVectors: hasVectors, limit: limit)
    }
  }

  /// The same of the networks.
  ///
  /// - Parameter lengths: of the training texts.
  func checkMemory(
    _ configuration: ClassifierConfiguration, lengths: [Int], hasVectors: Bool,
    limit: SystemMemory.Limit = SystemMemory.limit()
  ) throws(DiscernError) {
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
