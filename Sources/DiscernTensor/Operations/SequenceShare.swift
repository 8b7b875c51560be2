/// Some features of a sequence in a packed matrix, [L, D], which are gathered from it and scattered back.
struct SequenceShare {
  let layout: PackedLayout
  let sequence: Int
  /// The first feature.
  let column: Int
  /// D
  let width: Int

  /// L
  var length: Int { layout.lengths[sequence] }

  /// - Parameters:
  ///   - bias: the bias of all features, added before they are scaled; nil: none.
  ///   - count: the number of tokens, from the first; nil: all.
  func gather(
    _ source: Matrix, into target: UnsafeMutablePointer<Float>, scale: Float = 1,
    bias: UnsafePointer<Float>? = nil, count: Int? = nil
  ) {
    for step in 0..<(count ?? length) {
      let row = source.row(layout.offsets[step] + sequence) + column
      let own = target + step * width
      if let bias {
        for j in 0..<width { own[j] = scale * (row[j] + bias[column + j]) }
        continue
      }
      for j in 0..<width { own[j] = scale * row[j] }
    }
  }

  /// - Parameter count: the number of tokens, from the first; the others get zeros. nil: all.
  func scatter(
    _ source: UnsafePointer<Float>, factor: Float = 1, count: Int? = nil,
    into target: (matrix: Matrix, accumulate: Bool)
  ) {
    let count = count ?? length
    for step in 0..<count {
      let row = target.matrix.row(layout.offsets[step] + sequence) + column
      let own = source + step * width
      if target.accumulate {
        for j in 0..<width { row[j] += factor * own[j] }
      } else {
        for j in 0..<width { row[j] = factor * own[j] }
      }
    }
    if target.accumulate { return }
    for step in count..<length {
      (target.matrix.row(layout.offsets[step] + sequence) + column).update(repeating: 0, count: width)
    }
  }
}

/// Hands out parts of a buffer, each aligned for vectors.
struct Scratch {
  private var next: UnsafeMutablePointer<Float>

  init(_ start: UnsafeMutablePointer<Float>) { next = start }

  mutating func take(_ count: Int) -> UnsafeMutablePointer<Float> {
    defer { next += (count + 15) / 16 * 16 }
    return next
  }
}
