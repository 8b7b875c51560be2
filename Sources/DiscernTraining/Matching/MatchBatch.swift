import DiscernModels
import DiscernTensor

/// A batch of pairs, in which each half has to find its partner among the others.
package struct MatchBatch: Sendable {
  /// The input of one side's tower: each different half of the batch once.
  package enum Half: Sendable {
    /// Texts, and the row of each pair's text.
    case texts(PackedBatch, TokenRows)
    /// A vector for each pair, row-major [N, F].
    case vectors([Float])
  }

  /// The number of pairs, N.
  package let count: Int
  package let left: Half
  package let right: Half
  /// [N · N] whether the halves of two different pairs belong together, so that they are no negatives; empty:
  /// none do.
  package let leftOut: [Bool]

  package var tokenCount: Int {
    [left, right].reduce(0) { sum, half in
      if case .texts(let packed, _) = half { sum + packed.tokenCount } else { sum }
    }
  }
}
