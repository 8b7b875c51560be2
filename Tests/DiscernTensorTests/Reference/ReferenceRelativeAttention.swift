import Foundation

/// Attention of one sequence with memory before it and with distances, term by term as in the paper.
struct ReferenceRelativeAttention {
  let heads: Int
  let isCausal: Bool
  /// Keys before the sequence's own.
  let memory: Int
  /// Whether a query at a place attends to a key at another, places counted from the memory's beginning.
  let sees: (_ query: Int, _ key: Int) -> Bool
  /// The row of the distance 0.
  let back: Int

  /// - Parameters:
  ///   - k, v: of the memory, then of the sequence.
  ///   - r: by distance, from the farthest before to the farthest after.
  ///   - biases: u, then v of the paper.
  func forward(
    _ q: RealMatrix, _ k: RealMatrix, _ v: RealMatrix, _ r: RealMatrix, _ biases: [[Double]]
  ) -> RealMatrix {
    var result = RealMatrix(q.rows, q.columns)
    let size = q.columns / heads
    for i in 0..<q.rows {
      let place = memory + i
      let keys = (0..<k.rows).filter { sees(place, $0) && !(isCausal && $0 > place) }
      for head in 0..<heads {
        let columns = head * size..<(head + 1) * size
        let scores = keys.map { j in
          columns.reduce(0) {
            $0 + (q[i, $1] + biases[0][$1]) * k[j, $1]
              + (q[i, $1] + biases[1][$1]) * r[j - place + back, $1]
          } / Double(size).squareRoot()
        }
        let largest = scores.max() ?? 0
        let powers = scores.map { exp($0 - largest) }
        let sum = powers.reduce(0, +)
        for (power, j) in zip(powers, keys) {
          for column in columns { result[i, column] += power / sum * v[j, column] }
        }
      }
    }
    return result
  }
}
