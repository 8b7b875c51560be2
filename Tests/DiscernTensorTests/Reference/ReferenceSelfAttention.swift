import Foundation

/// Scaled dot-product attention of one sequence, head by head, as in the paper.
struct ReferenceSelfAttention {
  let heads: Int
  let isCausal: Bool
  /// Tokens on each side of one that it attends to; nil: all.
  var window: Int?

  /// By head: [L, L] the weight of token j for token i.
  private func weights(_ q: RealMatrix, _ k: RealMatrix, head: Int) -> [[Double]] {
    let size = q.columns / heads
    let range = head * size..<(head + 1) * size
    return (0..<q.rows).map { i in
      let scores = (0..<q.rows).map { j in
        (isCausal && j > i) || abs(i - j) > window ?? .max
          ? -.infinity
          : zip(q[i][range], k[j][range]).reduce(0) { $0 + $1.0 * $1.1 } / Double(size).squareRoot()
      }
      let largest = scores.max() ?? 0
      let powers = scores.map { exp($0 - largest) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    }
  }

  func forward(_ q: RealMatrix, _ k: RealMatrix, _ v: RealMatrix) -> RealMatrix {
    var result = RealMatrix(q.rows, q.columns)
    let size = q.columns / heads
    for head in 0..<heads {
      let weights = weights(q, k, head: head)
      for i in 0..<q.rows {
        for column in head * size..<(head + 1) * size {
          result[i, column] = (0..<q.rows).reduce(0) { $0 + weights[i][$1] * v[$1, column] }
        }
      }
    }
    return result
  }

  /// The gradients of q, k and v.
  func backward(
    _ q: RealMatrix, _ k: RealMatrix, _ v: RealMatrix, _ d: RealMatrix
  ) -> (q: RealMatrix, k: RealMatrix, v: RealMatrix) {
    var (dq, dk, dv) = (
      RealMatrix(q.rows, q.columns), RealMatrix(q.rows, q.columns), RealMatrix(q.rows, q.columns)
    )
    let size = q.columns / heads
    for head in 0..<heads {
      let columns = head * size..<(head + 1) * size
      let weights = weights(q, k, head: head)
      for i in 0..<q.rows {
        let changes = (0..<q.rows).map { j in columns.reduce(0) { $0 + d[i, $1] * v[j, $1] } }
        let mean = (0..<q.rows).reduce(0) { $0 + weights[i][$1] * changes[$1] }
        for j in 0..<q.rows {
          let change = weights[i][j] * (changes[j] - mean) / Double(size).squareRoot()
          for column in columns {
            dq[i, column] += change * k[j, column]
            dk[j, column] += change * q[i, column]
            dv[j, column] += weights[i][j] * d[i, column]
          }
        }
      }
    }
    return (dq, dk, dv)
  }
}
