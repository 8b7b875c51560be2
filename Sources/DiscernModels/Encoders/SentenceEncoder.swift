import DiscernTensor

/// A network from a batch's words, or pieces of them, to one vector for each text. What is judged by the
/// vector is no concern of it.
package protocol SentenceEncoder: Sendable {
  /// The vectors of words [V, D].
  var wordTable: EmbeddingTable { get }
  /// What the letters of unknown words add to the vector of `<unk>` [B, D]; nil: nothing.
  var letterTable: EmbeddingTable? { get }
  /// F, columns of the result.
  var featureSize: Int { get }
  /// Whether it computes attention, and so can say which words weighed.
  var hasAttention: Bool { get }
  /// Whether adversarial training can move what its layers read.
  var movesVectors: Bool { get }
  /// [N, F], a row for each text in the batch's order.
  func callAsFunction(_ pass: Pass) -> Variable
  func describe(to description: inout NetworkDescription)
  /// Memory for the projections of words, for passes over many batches with the same weights.
  /// Nil where there are none.
  func makeProjectionCache() -> ProjectionCache?
}
