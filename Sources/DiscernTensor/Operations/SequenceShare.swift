/// Some features of a sequence in a packed matrix: [L, D], gathered and given back.
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
  ///   - bias: of all features, added before they are scaled; nil: none.
  ///   - count: of the first tokens; nil: all.
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

  /// - Parameter count: of the first tokens; the others get zeros. nil: all.
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
