import DiscernIO
import DiscernModels

/// A lower bound of the bytes that training a matcher needs: its weights, their optimizer state, and a
/// batch's saved activations and similarities.
package struct MatchMemory: Sendable {
  private let table: Int
  private let network: Int
  private let batch: Int

  /// - Parameters:
  ///   - batchSize: the number of pairs in a batch.
  ///   - batchTokens: the number of tokens in a batch.
  /// - Throws: `ModelError.invalidConfiguration`.
  package init(
    _ configuration: MatcherConfiguration, batchSize: Int, batchTokens: Int
  ) throws(ModelError) {
    let isFrozen = configuration.encoder.transformer != nil
    // The initial model, the one that changes, the best so far, and two moments; fixed weights exist once.
    let copies = isFrozen ? 1 : 5
    var (table, network) = (0, 0)
    for (name, shape) in try Matcher.shapes(configuration) {
      let bytes = Self.bytes([copies] + shape)
      if name.contains("embedding") {
        table = Self.sum([table, bytes])
      } else {
        network = Self.sum([network, bytes])
      }
    }
    (self.table, self.network) = (table, network)
    // The vectors of a fixed transformer are computed beforehand.
    let tokens = isFrozen ? 0 : batchTokens
    batch = Self.sum([
      Self.bytes([tokens, configuration.encoder.savedPerToken()]), Self.bytes([batchSize, batchSize]),
    ])
  }

  /// - Throws: `MemoryShortage` with the flags that help most.
  package func check(against limit: SystemMemory.Limit) throws(MemoryShortage) {
    let total = Self.sum([table, network, batch])
    guard total > limit.bytes else { return }
    let advice =
      switch max(table, network, batch) {
      case table: "lower --vocab-size or --embedding-dim"
      case network: "lower --hidden, --layers, --embedding-dim or --size"
      default: "lower --batch-size, --max-tokens, --hidden or --layers"
      }
    throw MemoryShortage(purpose: "training", needed: total, limit: limit, advice: advice)
  }

  private static func bytes(_ factors: [Int]) -> Int {
    factors.reduce(MemoryLayout<Float>.stride) { result, factor in
      let (product, overflow) = result.multipliedReportingOverflow(by: factor)
      return overflow ? .max : product
    }
  }

  private static func sum(_ parts: [Int]) -> Int {
    parts.reduce(0) { total, part in
      let (sum, overflow) = total.addingReportingOverflow(part)
      return overflow ? .max : sum
    }
  }
}
