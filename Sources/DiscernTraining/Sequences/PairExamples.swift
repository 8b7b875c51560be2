import DiscernModels

/// A batch of pairs with the pairs themselves, of which other batches are made where the writing side reads
/// its own tokens.
package struct PairExamples: Sendable {
  package let pairs: EncodedPairs
  package let batch: PairBatch

  package init(_ pairs: EncodedPairs, indices: [Int]) {
    self.pairs = pairs.selecting(indices)
    batch = PairBatch(self.pairs, indices: Array(indices.indices))
  }
}
