import CDiscernKernels

// Notation: P distances, F features, A heads of D = F / A features, N sequences.

/// The contribution of the distance between query and key to attention's scores (Dai et al. 2019):
/// (q + v) · r of the distance is added to (q + u) · k.
package struct RelativePositions {
  /// r of each distance, from the farthest key before the query to the farthest after it. // [P, F]
  package let rows: Variable
  /// The row of the query itself: the largest distance back.
  package let back: Int
  /// u, added to queries for the keys' content.  // [F]
  package let contentBias: Parameter
  /// v, added to queries for the keys' positions.  // [F]
  package let positionBias: Parameter

  package init(rows: Variable, back: Int, contentBias: Parameter, positionBias: Parameter) {
    self.rows = rows
    self.back = back
    self.contentBias = contentBias
    self.positionBias = positionBias
  }

  /// The distances that attention may need for sequences up to some length, with some tokens before them: how
  /// far back, and how far ahead. Queries are taken in blocks, which need a few more distances than those
  /// attended to.
  package static func distances(
    tokens: Int, memory: Int, reach: AttentionReach, isCausal: Bool
  ) -> (back: Int, ahead: Int) {
    let (back, ahead) = reach.distances
    let more = SequenceAttention.block - 1
    func limited(_ distance: Int, _ limit: Int) -> Int {
      distance >= limit ? limit : min(limit, distance + more)
    }
    return (limited(back, tokens + memory - 1), limited(isCausal ? 0 : ahead, tokens - 1))
  }
}

/// The same in the form that attention's tasks read.
struct RelativeScores {
  let rows: Matrix
  let back: Int
  let contentBias: UnsafePointer<Float>
  let positionBias: UnsafePointer<Float>

  init(_ positions: RelativePositions, _ weights: Weights) {
    rows = positions.rows.value
    back = positions.back
    contentBias = UnsafePointer(weights[positions.contentBias].pointer)
    positionBias = UnsafePointer(weights[positions.positionBias].pointer)
  }

  /// The rows that a block of queries needs for a range of keys, both by position. The first row is that of
  /// the last query and the first key; each later key or earlier query is one row further.
  func range(of queries: Range<Int>, _ keys: Range<Int>) -> Range<Int> {
    let first = keys.lowerBound - (queries.upperBound - 1) + back
    let end = keys.upperBound - queries.lowerBound + back
    precondition(first >= 0 && end <= rows.rows, "distances \(first)..<\(end) of \(rows.rows)")
    return first..<end
  }

  /// A head's features of some rows  // [rows, D]
  func gather(_ range: Range<Int>, column: Int, width: Int, into target: UnsafeMutablePointer<Float>) {
    for (index, row) in range.enumerated() {
      (target + index * width).update(from: rows.row(row) + column, count: width)
    }
  }
}

/// Each sequence's part of the gradients of relative positions: summed in the order of sequences, so that
/// the number of threads changes no bit.
struct RelativeShares {
  /// By sequence: the rows that its tokens need.
  let ranges: [Range<Int>]
  /// By sequence: where its rows begin.
  private let starts: [Int]
  private let rows: Matrix
  /// The gradients of u and of v.  // [N, 2F]
  private let biases: Matrix

  init(_ layout: PackedLayout, memory: Int, _ positions: RelativePositions, _ workspace: Workspace) {
    let (count, features) = (positions.rows.value.rows, positions.rows.value.columns)
    ranges = layout.lengths.map {
      max(0, positions.back - (memory + $0 - 1))..<min(count, positions.back + $0)
    }
    var starts = [0]
    for range in ranges { starts.append(starts[starts.count - 1] + range.count) }
    self.starts = starts
    rows = workspace.zeros(starts[starts.count - 1], features)
    biases = workspace.zeros(layout.sequenceCount, 2 * features)
  }

  /// This sequence's part of a row's gradient.
  func row(_ row: Int, of sequence: Int) -> UnsafeMutablePointer<Float> {
    rows.row(starts[sequence] + row - ranges[sequence].lowerBound)
  }

  var features: Int { rows.columns }

  func biases(of sequence: Int) -> UnsafeMutablePointer<Float> { biases.row(sequence) }

  func add(_ row: Int, to target: UnsafeMutablePointer<Float>) {
    for (sequence, range) in ranges.enumerated() where range.contains(row) {
      let own = self.row(row, of: sequence)
      for j in 0..<rows.columns { target[j] += own[j] }
    }
  }
}

extension Tape {
  func addGradients(_ shares: RelativeShares, of positions: RelativePositions) {
    let target = positions.rows.gradientToAddTo(self)
    compute.forEachBlock(of: target.matrix.rows, size: 64) { block in
      for row in block {
        let sum = target.matrix.row(row)
        if !target.accumulate { sum.update(repeating: 0, count: shares.features) }
        shares.add(row, to: sum)
      }
    }
    guard let gradients, !gradients.leavesOutProducts else { return }
    for (index, parameter) in [positions.contentBias, positions.positionBias].enumerated()
    where !parameter.isFixed {
      let sum = gradients[parameter].pointer
      for sequence in shares.ranges.indices {
        let own = shares.biases(of: sequence) + index * shares.features
        for j in 0..<shares.features { sum[j] += own[j] }
      }
    }
  }
}
