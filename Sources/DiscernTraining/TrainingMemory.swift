import DiscernIO
import DiscernModels
import DiscernTensor

/// A lower bound of the bytes that training needs: weights, their optimizer state, and a batch's saved
/// activations. Texts, packed weights and scratch memory are extra.
package struct TrainingMemory: Equatable, Sendable {
  package let table: Int
  package let network: Int
  /// The bytes of weights that training does not change.
  package let fixed: Int
  package let batch: Int
  /// Whether attention has projections, which may be most of the network.
  private let projects: Bool

  /// - Parameters:
  ///   - models: the number trained one after the other and kept.
  ///   - batchTokens: the tokens of the largest batch.
  ///   - hasVectors: whether a table of vectors is held in addition to the model's own.
  package init(
    _ configuration: ClassifierConfiguration, _ options: TrainingOptions, models: Int = 1,
    batchTokens: Int = 0, hasVectors: Bool = false
  ) {
    // The given model, the one being trained, the best so far, and those that are finished.
    let copies = 2 + models
    let average = options.averageDecay > 0 ? 1 : 0
    let moments = options.optimizer == .sgd ? 1 : 2
    let counts = configuration.weightCounts
    let ofTable =
      copies + average + (configuration.encoder.wordNetwork?.trainsEmbedding == true ? moments : 0)
      + (hasVectors ? 1 : 0)
    // One more for the gradient.
    let ofNetwork = copies + average + moments + 1
    table = Self.bytes(counts.table, ofTable)
    network = Self.bytes(counts.network, ofNetwork)
    // The weights and their packed forms.
    fixed = Self.bytes(counts.fixed, 2)
    projects = configuration.encoder.recurrent?.attentionProjection != nil
    batch = Self.bytes(batchTokens, configuration.encoder.savedPerToken(options.activations))
  }

  package var total: Int { Self.sum([table, network, fixed, batch]) }

  /// - Throws: `MemoryShortage` with the flags that help most.
  package func check(against limit: SystemMemory.Limit) throws(MemoryShortage) {
    guard total > limit.bytes else { return }
    let advice =
      switch max(table, network, fixed, batch) {
      case fixed: "take a smaller --pretrained transformer"
      case table: "lower --vocab-size, --subword-buckets or --embedding-dim"
      case network:
        "lower --hidden, --layers or --embedding-dim" + (projects ? " or --attention-projection" : "")
      default: "lower --batch-size or --batch-tokens, --max-tokens, --hidden or --layers"
      }
    throw MemoryShortage(purpose: "training", needed: total, limit: limit, advice: advice)
  }

  private static func bytes(_ count: Int, _ copies: Int) -> Int {
    let (floats, overflow) = count.multipliedReportingOverflow(by: copies)
    let (bytes, tooMany) = floats.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    return overflow || tooMany ? .max : bytes
  }

  private static func sum(_ parts: [Int]) -> Int {
    parts.reduce(0) { total, part in
      let (sum, overflow) = total.addingReportingOverflow(part)
      return overflow ? .max : sum
    }
  }
}
