import DiscernModels
import DiscernTensor

/// Some pairs whose halves are distinguished from one another.
package struct MatchBatch: Sendable {
  /// What a side's tower reads: each of the batch's halves once.
  package enum Half: Sendable {
    /// Texts, and which of them each pair has.
    case texts(PackedBatch, TokenRows)
    /// A vector for each pair, row-major [N, F].
    case vectors([Float])
  }

  /// N
  package let count: Int
  package let left: Half
  package let right: Half
  /// [N · N] which halves belong together beside the pairs themselves; empty: none.
  package let leftOut: [Bool]

  package var tokenCount: Int {
    [left, right].reduce(0) { sum, half in
      if case .texts(let packed, _) = half { sum + packed.tokenCount } else { sum }
    }
  }
}
