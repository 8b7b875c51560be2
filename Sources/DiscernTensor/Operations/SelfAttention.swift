import CDiscernKernels

// Notation: N sequences, S tokens, F features, A heads of D = F / A features, L a sequence's length.

extension Tape {
  /// Multi-head scaled dot-product attention of each sequence's tokens to one another, without projections
  /// (Vaswani et al. 2017): softmax(Q Kᵀ / √D) V by head: three times [S, F] to [S, F].
  ///
  /// Weights of attention are not kept: backward computes them again, so that memory grows with the length
  /// and not its square. A text's result depends on its own tokens alone.
  ///
  /// - Parameters:
  ///   - heads: A, which divides F.
  ///   - isCausal: whether a token attends to itself and those before it only.
  package func selfAttention(
    query: Variable, key: Variable, value: Variable, layout: PackedLayout, heads: Int, isCausal: Bool = false
  ) -> Variable {
    let features = query.value.columns
    precondition(
      heads > 0 && features % heads == 0 && key.value.columns == features && value.value.columns == features,
      "\(features) features for \(heads) heads")
    let output = variable(layout.tokenCount, features)
    let attention = SelfAttention(
      kernels: kernels, layout: layout, heads: heads, headSize: features / heads, isCausal: isCausal)
    compute.forEach(layout.sequenceCount * heads) { task in
      attention.forward(task, query.value, key.value, value.value, into: output.value)
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      let targets = [query, key, value].map { $0.gradientToAddTo(self) }
      compute.forEach(layout.sequenceCount * heads) { task in
        attention.backward(task, query.value, key.value, value.value, gradient, into: targets)
      }
    }
    return output
  }
}

/// The tasks of one attention: a sequence and a head each.
private struct SelfAttention {
  let kernels: discern_kernel_family
  let layout: PackedLayout
  let heads: Int
  let headSize: Int
  let isCausal: Bool

  /// Rows of scores that are computed together.
  private static let block = 64

  /// A task's share of a matrix, gathered: [L, D].
  private struct Share {
    let sequence: Int
    let column: Int
    let length: Int
  }

  private func share(_ task: Int) -> Share {
    let sequence = task / heads
    return Share(sequence: sequence, column: task % heads * headSize, length: layout.lengths[sequence])
  }

  private func gather(
    _ share: Share, _ source: Matrix, into target: UnsafeMutablePointer<Float>, scale: Float = 1
  ) {
    for step in 0..<share.length {
      let row = source.row(layout.offsets[step] + share.sequence) + share.column
      let own = target + step * headSize
      for j in 0..<headSize { own[j] = scale * row[j] }
    }
  }

  private var scale: Float { 1 / Float(headSize).squareRoot() }

  /// Exponentials of a block's scores, the largest of each row 1.
  ///
  /// - Returns: by row, 1 over their sum.
  private func exponentials(
    _ rows: Range<Int>, _ length: Int, query: UnsafePointer<Float>, keys: UnsafePointer<Float>,
    into scores: UnsafeMutablePointer<Float>, _ sums: UnsafeMutablePointer<Float>
  ) {
    kernels.gemm(
      rows.count, length, headSize, query + rows.lowerBound * headSize, headSize, keys, nil, 0, scores, length
    )
    for row in 0..<rows.count {
      let own = scores + row * length
      let seen = isCausal ? rows.lowerBound + row + 1 : length
      var largest = own[0]
      for j in 1..<max(1, seen) where own[j] > largest { largest = own[j] }
      sums[row] = Float(1 / kernels.exp_sum(seen, own, largest, own))
      if seen < length { (own + seen).update(repeating: 0, count: length - seen) }
    }
  }

  func forward(_ task: Int, _ query: Matrix, _ key: Matrix, _ value: Matrix, into output: Matrix) {
    let share = share(task)
    let (length, size) = (share.length, headSize)
    let packedKeys = kernels.packed_size(size, length)
    let packedValues = kernels.packed_size(length, size)
    let rows = min(Self.block, length)
    let scratch = AlignedBuffer(
      uninitializedCount: packedKeys + packedValues + 2 * length * size + rows * (length + size + 1) + 7 * 16)
    var place = Scratch(scratch.pointer)
    let keys = place.take(packedKeys)
    let values = place.take(packedValues)
    let queries = place.take(length * size)
    let other = place.take(length * size)
    let scores = place.take(rows * length)
    let context = place.take(rows * size)
    let sums = place.take(rows)
    gather(share, query, into: queries, scale: scale)
    gather(share, key, into: other)
    kernels.pack(size, length, other, 1, size, keys)
    gather(share, value, into: other)
    kernels.pack(length, size, other, size, 1, values)
    for start in stride(from: 0, to: length, by: Self.block) {
      let block = start..<min(length, start + Self.block)
      exponentials(block, length, query: queries, keys: keys, into: scores, sums)
      kernels.gemm(block.count, size, length, scores, length, values, nil, 0, context, size)
      for row in 0..<block.count {
        let target = output.row(layout.offsets[start + row] + share.sequence) + share.column
        for j in 0..<size { target[j] = sums[row] * context[row * size + j] }
      }
    }
  }

  func backward(
    _ task: Int, _ query: Matrix, _ key: Matrix, _ value: Matrix, _ gradient: Matrix,
    into targets: [(matrix: Matrix, accumulate: Bool)]
  ) {
    let share = share(task)
    let (length, size) = (share.length, headSize)
    let wide = kernels.packed_size(size, length)
    let tall = kernels.packed_size(length, size)
    let rows = min(Self.block, length)
    let scratch = AlignedBuffer(
      uninitializedCount: 2 * wide + tall + 6 * length * size + rows * (2 * length + 1) + 12 * 16)
    var place = Scratch(scratch.pointer)
    let keys = place.take(wide)
    let valuesAcross = place.take(wide)
    let keysAcross = place.take(tall)
    let queries = place.take(length * size)
    let other = place.take(length * size)
    let given = place.take(length * size)
    // dQ, dK, dV
    let results = (0..<3).map { _ in place.take(length * size) }
    let scores = place.take(rows * length)
    let changes = place.take(rows * length)
    let sums = place.take(rows)
    gather(share, query, into: queries, scale: scale)
    gather(share, key, into: other)
    kernels.pack(size, length, other, 1, size, keys)
    kernels.pack(length, size, other, size, 1, keysAcross)
    gather(share, value, into: other)
    kernels.pack(size, length, other, 1, size, valuesAcross)
    gather(share, gradient, into: given)
    for result in results[1...] { result.update(repeating: 0, count: length * size) }
    for start in stride(from: 0, to: length, by: Self.block) {
      let block = start..<min(length, start + Self.block)
      exponentials(block, length, query: queries, keys: keys, into: scores, sums)
      for row in 0..<block.count {
        let own = scores + row * length
        for j in 0..<length { own[j] *= sums[row] }
      }
      let ownGradient = given + start * size
      // dP = dC Vᵀ, then dS = P ∘ (dP - Σ P ∘ dP)
      kernels.gemm(block.count, length, size, ownGradient, size, valuesAcross, nil, 0, changes, length)
      add(scores, ownGradient, rows: block.count, length, into: results[2])
      for row in 0..<block.count {
        let (own, change) = (scores + row * length, changes + row * length)
        let mean = kernels.dot(length, own, change)
        for j in 0..<length { change[j] = own[j] * (change[j] - mean) }
      }
      kernels.gemm(
        block.count, size, length, changes, length, keysAcross, nil, 0, results[0] + start * size, size)
      add(changes, queries + start * size, rows: block.count, length, into: results[1])
    }
    for (index, target) in targets.enumerated() {
      let factor = index == 0 ? scale : 1
      for step in 0..<length {
        let row = target.matrix.row(layout.offsets[step] + share.sequence) + share.column
        let own = results[index] + step * size
        if target.accumulate {
          for j in 0..<size { row[j] += factor * own[j] }
        } else {
          for j in 0..<size { row[j] = factor * own[j] }
        }
      }
    }
  }

  /// C [L, D] += A [rows, L]ᵀ B [rows, D].
  private func add(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, rows: Int, _ length: Int,
    into c: UnsafeMutablePointer<Float>
  ) {
    var product = discern_outer(
      m: length, n: headSize, k: rows, a: a, a_stride: length, b: b, b_stride: headSize, b_rows: nil, c: c,
      c_stride: headSize, sums: nil)
    kernels.outer(&product)
  }
}

/// Hands out parts of a buffer, each aligned for vectors.
private struct Scratch {
  private var next: UnsafeMutablePointer<Float>

  init(_ start: UnsafeMutablePointer<Float>) { next = start }

  mutating func take(_ count: Int) -> UnsafeMutablePointer<Float> {
    defer { next += (count + 15) / 16 * 16 }
    return next
  }
}
