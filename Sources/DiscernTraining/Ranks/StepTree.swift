/// The binary tree over the micro-batches of a step along which their gradients are added, and its division
/// among ranks. The order of additions is that of the tree and not that of the ranks, so the sums have the
/// same bits with any number of ranks.
///
/// A node of height h begins at a multiple of 2^h and has the leaves up to the next multiple. Rank r of R
/// owns leaves r·M/R to (r + 1)·M/R of M; a node belongs to the owner of its first leaf, which receives the
/// sum of the other half if another rank has it.
package struct StepTree: Sendable {
  /// The number of leaves, M.
  let leafCount: Int
  /// The number of leaves with a micro-batch, which are the first ones: fewer than M in an epoch's last step.
  let batchCount: Int
  let link: any RankLink

  package init(leafCount: Int, batchCount: Int, link: any RankLink) {
    precondition(
      batchCount <= leafCount && link.count <= leafCount,
      "\(batchCount) batches and \(link.count) ranks for \(leafCount) leaves")
    self.leafCount = leafCount
    self.batchCount = batchCount
    self.link = link
  }

  /// The leaves of a rank among all M.
  static func leaves(ofRank rank: Int, of count: Int, leafCount: Int) -> Range<Int> {
    rank * leafCount / count..<(rank + 1) * leafCount / count
  }

  /// The leaves of this rank that have a micro-batch.
  package var own: Range<Int> {
    Self.leaves(ofRank: link.rank, of: link.count, leafCount: leafCount).clamped(to: 0..<batchCount)
  }

  private func owner(of leaf: Int) -> Int {
    (0..<link.count).first { Self.leaves(ofRank: $0, of: link.count, leafCount: leafCount).contains(leaf) }
      ?? 0
  }

  /// Adds up one value per leaf; the leaves are made in order.
  ///
  /// - Parameters:
  ///   - leaf: makes the value of one of this rank's leaves.
  ///   - add: the sum of a node's halves.
  ///   - send: sends a sum to another rank.
  ///   - receive: receives one.
  /// - Returns: the sum of all on rank 0; nil on the others.
  package func sum<Value>(
    leaf: (Int) -> Value, add: (Value, Value) -> Value, send: (Value, Int) -> Void, receive: (Int) -> Value
  ) -> Value? {
    var width = 1
    while width < batchCount { width *= 2 }
    return node(0, width, leaf, add, send, receive)
  }

  private func node<Value>(
    _ first: Int, _ width: Int, _ leaf: (Int) -> Value, _ add: (Value, Value) -> Value,
    _ send: (Value, Int) -> Void, _ receive: (Int) -> Value
  ) -> Value? {
    let end = min(first + width, batchCount)
    guard first < end, own.overlaps(first..<end) else { return nil }
    if width == 1 { return leaf(first) }
    let middle = first + width / 2
    var left = node(first, width / 2, leaf, add, send, receive)
    guard middle < end else { return left }
    let right = node(middle, width / 2, leaf, add, send, receive)
    let (taker, giver) = (owner(of: first), owner(of: middle))
    if taker == giver || link.rank == taker {
      guard let sum = left, let other = right ?? (taker == giver ? nil : receive(giver)) else {
        return nil
      }
      left = nil
      return add(sum, other)
    }
    if link.rank == giver, let right { send(right, taker) }
    return nil
  }
}
