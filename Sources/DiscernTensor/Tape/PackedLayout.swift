import CDiscernKernels

/// How N sequences of different lengths are laid out in S rows without padding.
///
/// Sequences are sorted by length, longest first. Rows are time-major: step t holds the tokens
/// t of the first `batchSizes[t]` sequences, so row (t, n) is `offsets[t] + n`.
package struct PackedLayout: Sendable, Equatable {
  /// [N], descending, each at least 1.
  package let lengths: [Int]
  /// [T]
  package let batchSizes: [Int]
  /// [T + 1]
  package let offsets: [Int]
  /// [S] the row of each token's predecessor in its text, -1 for the first.
  let previousRows: [Int32]
  /// [S] the row of each token's successor, -1 for the last.
  let nextRows: [Int32]

  package var sequenceCount: Int { lengths.count }
  package var stepCount: Int { batchSizes.count }
  /// S
  package var tokenCount: Int { offsets[offsets.count - 1] }

  package init(lengths: [Int]) {
    precondition(!lengths.isEmpty && lengths[lengths.count - 1] > 0, "a sequence needs at least one token")
    precondition(zip(lengths, lengths.dropFirst()).allSatisfy(>=), "lengths must descend")
    self.lengths = lengths
    var sizes: [Int] = []
    var offsets = [0]
    var active = lengths.count
    for step in 0..<lengths[0] {
      while lengths[active - 1] <= step { active -= 1 }
      sizes.append(active)
      offsets.append(offsets[step] + active)
    }
    batchSizes = sizes
    self.offsets = offsets
    var previous: [Int32] = []
    var next: [Int32] = []
    previous.reserveCapacity(offsets[offsets.count - 1])
    next.reserveCapacity(offsets[offsets.count - 1])
    for step in 0..<sizes.count {
      let following = step + 1 < sizes.count ? sizes[step + 1] : 0
      for sequence in 0..<sizes[step] {
        previous.append(step == 0 ? -1 : Int32(offsets[step - 1] + sequence))
        next.append(sequence < following ? Int32(offsets[step + 1] + sequence) : -1)
      }
    }
    previousRows = previous
    nextRows = next
  }

  /// [S] the token of each row of a direction: row (t, n) of the backward one is the t-th token from the end
  /// of sequence n. The mapping is its own inverse.
  func tokens(inDirection direction: Int) -> [Int32] {
    if direction == 0 { return (0..<Int32(tokenCount)).map(\.self) }
    return batchSizes.enumerated().flatMap { step, count in
      (0..<count).map { Int32(offsets[lengths[$0] - 1 - step] + $0) }
    }
  }

  /// The step of each token, from 0: its place in its sequence.
  package var steps: TokenRows {
    var rows: [Int32] = []
    rows.reserveCapacity(tokenCount)
    for (step, count) in batchSizes.enumerated() {
      rows.append(contentsOf: repeatElement(Int32(step), count: count))
    }
    return TokenRows(rowOfToken: rows, rowCount: stepCount)
  }

  /// The layout of only some sequences, in their order; nil if there are none.
  ///
  /// - Parameter sequences: ascending.
  /// - Returns: also each token's row in this layout; nil if all are chosen, or none.
  package func selecting(_ sequences: [Int]) -> (layout: PackedLayout?, rows: [Int32]?) {
    if sequences.isEmpty { return (nil, nil) }
    if sequences.count == sequenceCount { return (self, nil) }
    let layout = PackedLayout(lengths: sequences.map { lengths[$0] })
    var rows: [Int32] = []
    rows.reserveCapacity(layout.tokenCount)
    for (step, count) in layout.batchSizes.enumerated() {
      for sequence in sequences[..<count] { rows.append(Int32(offsets[step] + sequence)) }
    }
    return (layout, rows)
  }
}

/// The row of a smaller matrix for each token, so that a word's values are computed only once.
package struct TokenRows: Sendable {
  /// [S] the distinct row of each token.
  package let rowOfToken: [Int32]
  /// [U + 1] where each distinct row's tokens begin in `tokens`.
  package let tokenOffsets: [Int]
  /// [S] tokens in ascending order, grouped by distinct row.
  package let tokens: [Int32]

  package var rowCount: Int { tokenOffsets.count - 1 }

  package init(rowOfToken: [Int32], rowCount: Int) {
    self.rowOfToken = rowOfToken
    var offsets = [Int](repeating: 0, count: rowCount + 1)
    for row in rowOfToken { offsets[Int(row) + 1] += 1 }
    for row in 0..<rowCount { offsets[row + 1] += offsets[row] }
    tokenOffsets = offsets
    var next = offsets
    var tokens = [Int32](repeating: 0, count: rowOfToken.count)
    for (token, row) in rowOfToken.enumerated() {
      tokens[next[Int(row)]] = Int32(token)
      next[Int(row)] += 1
    }
    self.tokens = tokens
  }

  /// The sum of a matrix's rows over the tokens of each distinct row.
  ///
  /// - Parameters:
  ///   - gradient: by rows in a direction's order  // [S, m]
  ///   - order: [S] `PackedLayout.tokens(inDirection:)`.
  ///   - sums: [U, m]
  func sum(_ kernels: discern_kernel_family, of gradient: Matrix, inOrder order: [Int32], into sums: Matrix) {
    let places = tokens.map { order[Int($0)] }
    places.withUnsafeBufferPointer { places in
      for row in 0..<rowCount {
        let own = UnsafeBufferPointer(rebasing: places[tokenOffsets[row]..<tokenOffsets[row + 1]])
        kernels.gather_sum(
          own.count, own.baseAddress, gradient.columns, gradient.pointer, gradient.columns, sums.row(row))
      }
    }
  }
}
