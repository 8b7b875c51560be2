import CDiscernKernels

// Notation: L tokens of a sequence, D features of a head, R rows and C columns of a block of scores. Rows of
// distances are in the order of keys, so that the part (q + v) · r of a block's scores is one product with
// the block's C + R - 1 distances, in which each row is shifted one column further to the left.

/// An attention task's memory for distances, of one sequence and head.
final class PlaceScratch {
  private let relative: RelativeScores
  private let share: SequenceShare
  private let scale: Float
  private let memory: AlignedBuffer
  /// q + v, scaled.  // [L, D]
  private let queries: UnsafeMutablePointer<Float>
  /// The rows of the current block's distances  // [C + R - 1, D]
  private let rows: UnsafeMutablePointer<Float>
  private let packed, packedAcross: UnsafeMutablePointer<Float>
  /// [R, C + R - 1]
  private let scores: UnsafeMutablePointer<Float>
  /// The gradient of `queries`  // [L, D]
  private let results: UnsafeMutablePointer<Float>
  private var range = 0..<0

  /// - Parameter span: the largest C.
  init(
    _ relative: RelativeScores, _ share: SequenceShare, scale: Float, _ query: Matrix, span: Int,
    _ kernels: discern_kernel_family, isBackward: Bool = false
  ) {
    self.relative = relative
    self.share = share
    self.scale = scale
    let (size, count) = (share.width, share.length * share.width)
    let block = min(SequenceAttention.block, share.length)
    let most = span + block - 1
    let wide = kernels.packed_size(size, most)
    let tall = isBackward ? kernels.packed_size(most, size) : 0
    memory = AlignedBuffer(
      uninitializedCount: wide + tall + most * (size + block) + (isBackward ? 2 : 1) * count + 6 * 16)
    var place = Scratch(memory.pointer)
    queries = place.take(count)
    rows = place.take(most * size)
    packed = place.take(wide)
    packedAcross = place.take(tall)
    scores = place.take(block * most)
    results = place.take(isBackward ? count : 0)
    share.gather(query, into: queries, scale: scale, bias: relative.positionBias)
  }

  /// Packs the distances of a block.
  ///
  /// - Parameters:
  ///   - keys: a range of keys.
  ///   - offset: the place of the first query among the keys.
  func pack(_ block: Range<Int>, _ keys: Range<Int>, offset: Int, _ kernels: discern_kernel_family) {
    let own = relative.range(of: block.lowerBound + offset..<block.upperBound + offset, keys)
    if own == range { return }
    range = own
    relative.gather(own, column: share.column, width: share.width, into: rows)
    kernels.pack(share.width, own.count, rows, 1, share.width, packed)
  }

  /// Adds the contribution of distances to a block's scores [R, C].
  func add(
    _ block: Range<Int>, _ columns: Int, to target: UnsafeMutablePointer<Float>,
    _ kernels: discern_kernel_family
  ) {
    let (size, count) = (share.width, range.count)
    kernels.gemm(
      block.count, count, size, queries + block.lowerBound * size, size, packed, nil, 0, scores, count)
    for row in 0..<block.count {
      kernels.axpy(columns, 1, scores + row * count + block.count - 1 - row, target + row * columns)
    }
  }

  /// Adds to the gradients of queries and distances.
  ///
  /// - Parameter changes: the gradient of the block's scores  // [R, C]
  func backward(
    _ block: Range<Int>, _ columns: Int, _ changes: UnsafePointer<Float>, _ shares: RelativeShares,
    _ kernels: discern_kernel_family
  ) {
    let (size, count) = (share.width, range.count)
    scores.update(repeating: 0, count: block.count * count)
    for row in 0..<block.count {
      (scores + row * count + block.count - 1 - row).update(from: changes + row * columns, count: columns)
    }
    kernels.pack(count, size, rows, size, 1, packedAcross)
    kernels.gemm(
      block.count, size, count, scores, count, packedAcross, nil, 0, results + block.lowerBound * size, size)
    // Distances that do not occur in the sequence have a gradient of zero.
    let seen = range.clamped(to: shares.ranges[share.sequence])
    let first = seen.lowerBound - range.lowerBound
    rows.update(repeating: 0, count: count * size)
    kernels.addProduct(
      scores, queries + block.lowerBound * size, rows: block.count, count, size, into: rows)
    for (index, row) in seen.enumerated() {
      let target = shares.row(row, of: share.sequence) + share.column
      kernels.axpy(size, 1, rows + (first + index) * size, target)
    }
    // The rows' memory was overwritten.
    range = 0..<0
  }

  /// Adds the gradient of q + v to that of q + u, and the gradients of the biases.
  ///
  /// - Parameter content: the gradient of q + u, before it is scaled  // [L, D]
  func finish(_ content: UnsafeMutablePointer<Float>, _ shares: RelativeShares) {
    let size = share.width
    let biases = shares.biases(of: share.sequence) + share.column
    for step in 0..<share.length {
      let (own, other) = (content + step * size, results + step * size)
      for j in 0..<size {
        biases[j] += scale * own[j]
        biases[shares.features + j] += scale * other[j]
        own[j] += other[j]
      }
    }
  }
}
