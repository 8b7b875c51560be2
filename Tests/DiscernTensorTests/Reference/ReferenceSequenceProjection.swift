/// Projections of a sequence's tokens, group by group of its features: of L tokens min(K, L) rows.
struct ReferenceSequenceProjection {
  /// [K, N] of each group.
  let groups: [RealMatrix]

  /// The weight E[i, j] of token j in row i, as long as there is one.
  private func sum(
    _ x: RealMatrix, _ body: (_ group: Int, _ row: Int, _ token: Int, _ column: Int) -> Void
  ) {
    let width = x.columns / groups.count
    for (group, weight) in groups.enumerated() {
      for row in 0..<min(weight.rows, x.rows) {
        for token in 0..<min(weight.columns, x.rows) {
          for column in group * width..<(group + 1) * width { body(group, row, token, column) }
        }
      }
    }
  }

  func forward(_ x: RealMatrix) -> RealMatrix {
    var result = RealMatrix(min(groups[0].rows, x.rows), x.columns)
    sum(x) { group, row, token, column in
      result[row, column] += groups[group][row, token] * x[token, column]
    }
    return result
  }

  /// The gradient of x; those of the weights are added.
  func backward(_ x: RealMatrix, _ d: RealMatrix, weights: inout [RealMatrix]) -> RealMatrix {
    var result = RealMatrix(x.rows, x.columns)
    var changed = weights
    sum(x) { group, row, token, column in
      result[token, column] += groups[group][row, token] * d[row, column]
      changed[group][row, token] += d[row, column] * x[token, column]
    }
    weights = changed
    return result
  }
}
