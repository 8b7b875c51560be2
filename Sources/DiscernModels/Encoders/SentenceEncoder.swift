import DiscernTensor

/// A network that turns a batch's words, or word pieces, into one vector for each text. It does not depend on
/// the heads that use the vector.
package protocol SentenceEncoder: Sendable {
  /// The vectors of words [V, D].
  var wordTable: EmbeddingTable { get }
  /// The rows [B, D] that the letters of unknown words add to the vector of `<unk>`; nil: none.
  var letterTable: EmbeddingTable? { get }
  /// F, the number of columns of the result.
  var featureSize: Int { get }
  /// Whether it computes attention, which shows how much each word counted.
  var hasAttention: Bool { get }
  /// Whether adversarial training can perturb the vectors that its layers read.
  var acceptsPerturbation: Bool { get }
  /// [N, F], a row for each text in the batch's order.
  func callAsFunction(_ pass: Pass) -> Variable
  func describe(to description: inout NetworkDescription)
  /// A cache for the projections of words, for passes over many batches with the same weights; nil if the
  /// network has no such projections.
  func makeProjectionCache() -> ProjectionCache?
}
