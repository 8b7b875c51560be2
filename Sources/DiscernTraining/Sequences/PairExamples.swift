import DiscernModels

/// A batch of pairs, with the pairs themselves: other batches are made from them if the decoder reads its own
/// tokens.
package struct PairExamples: Sendable {
  package let pairs: EncodedPairs
  package let batch: PairBatch

  package init(_ pairs: EncodedPairs, indices: [Int]) {
    self.pairs = pairs.selecting(indices)
    batch = PairBatch(self.pairs, indices: Array(indices.indices))
  }
}
