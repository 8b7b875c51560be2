import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTraining

extension TrainingRecipe {
  /// Compares the minimum memory that training needs with the memory available, before anything is allocated
  /// and before the data are known.
  ///
  /// - Throws: `DiscernError.training(.memory)`.
  func checkMemory(hasVectors: Bool, limit: SystemMemory.Limit = SystemMemory.limit()) throws(DiscernError) {
    let heads = [HeadConfiguration(.classes(count: 2))]
    if model.hasNGrams {
      let memory = NGramMemory(ngrams, heads)
      do throws(MemoryShortage) { try memory.check(against: limit) } catch { throw .training(.memory(error)) }
    }
    // A transformer's size is known only once its folder is read.
    if model.hasNetwork, !isTransformer {
      // With vectors, the embedding size is not known either.
      let network = configuration(
        vocabularySize: 2, heads: heads, embeddingSize: hasVectors ? 1 : encoder.embeddingSize)
      try checkMemory(network, largestBatch: 0, hasVectors: hasVectors, limit: limit)
    }
  }

  /// The same for the networks.
  ///
  /// - Parameter largestBatch: the number of tokens in the largest batch.
  func checkMemory(
    _ configuration: ClassifierConfiguration, largestBatch: Int, hasVectors: Bool,
    limit: SystemMemory.Limit = SystemMemory.limit()
  ) throws(DiscernError) {
    let memory = TrainingMemory(
      configuration, options, models: ensembleSize, batchTokens: largestBatch, hasVectors: hasVectors)
    do throws(MemoryShortage) { try memory.check(against: limit) } catch { throw .training(.memory(error)) }
  }
}
