import CDiscernKernels

// Notation: N sequences, S tokens, F features, A heads of D = F / A features, L a sequence's length; of
// attention to other sequences, K the length of the one attended to.

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
    let attention = SequenceAttention(
      kernels: kernels, layout: layout, keyLayout: layout, keySequences: nil, heads: heads,
      headSize: features / heads, isCausal: isCausal)
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

  /// The same from sequences to others, as of a decoder to what was encoded: queries [S, F] with keys and
  /// values of another layout to [S, F]. Every token attends to all of the other sequence.
  ///
  /// - Parameters:
  ///   - layout: of the queries.
  ///   - keyLayout: of keys and values.
  ///   - keySequences: [N] which of these sequences each one attends to; with gradients each at most once,
  ///     else as often as wanted.
  package func crossAttention(
    query: Variable, layout: PackedLayout, key: Variable, value: Variable, keyLayout: PackedLayout,
    keySequences: [Int], heads: Int
  ) -> Variable {
    let features = query.value.columns
    precondition(
      heads > 0 && features % heads == 0 && key.value.columns == features && value.value.columns == features,
      "\(features) features for \(heads) heads")
    precondition(
      keySequences.count == layout.sequenceCount && query.value.rows == layout.tokenCount
        && key.value.rows == keyLayout.tokenCount && value.value.rows == keyLayout.tokenCount,
      "\(keySequences.count) sequences attend to \(keyLayout.sequenceCount)")
    let output = variable(layout.tokenCount, features)
    let attention = SequenceAttention(
      kernels: kernels, layout: layout, keyLayout: keyLayout, keySequences: keySequences, heads: heads,
      headSize: features / heads, isCausal: false)
    compute.forEach(layout.sequenceCount * heads) { task in
      attention.forward(task, query.value, key.value, value.value, into: output.value)
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      precondition(Set(keySequences).count == keySequences.count, "sequences that are attended to twice")
      let isWhole = keySequences.count == keyLayout.sequenceCount
      let targets = [query, key, value].enumerated().map { index, variable in
        let target = variable.gradientToAddTo(self)
        // Sequences that none attends to have a gradient of zero.
        if index == 0 || isWhole || target.accumulate { return target }
        target.matrix.fill(0)
        return (target.matrix, true)
      }
      compute.forEach(layout.sequenceCount * heads) { task in
        attention.backward(task, query.value, key.value, value.value, gradient, into: targets)
      }
    }
    return output
  }
}

/// The tasks of one attention: a sequence and a head each.
private struct SequenceAttention {
  let kernels: discern_kernel_family
  /// Of the queries.
  let layout: PackedLayout
  /// Of keys and values.
  let keyLayout: PackedLayout
  /// The sequence of those that each one attends to; nil: its own.
  let keySequences: [Int]?
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

  private func shares(_ task: Int) -> (own: Share, keys: Share) {
    let (sequence, column) = (task / heads, task % heads * headSize)
    let other = keySequences?[sequence] ?? sequence
    return (
      Share(sequence: sequence, column: column, length: layout.lengths[sequence]),
      Share(sequence: other, column: column, length: keyLayout.lengths[other])
    )
  }

  private func gather(
    _ share: Share, of layout: PackedLayout, _ source: Matrix, into target: UnsafeMutablePointer<Float>,
    scale: Float = 1
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
    let (share, keyShare) = shares(task)
    let (length, keyCount, size) = (share.length, keyShare.length, headSize)
    let packedKeys = kernels.packed_size(size, keyCount)
    let packedValues = kernels.packed_size(keyCount, size)
    let rows = min(Self.block, length)
    let scratch = AlignedBuffer(
      uninitializedCount: packedKeys + packedValues + (length + keyCount) * size
        + rows * (keyCount + size + 1) + 7 * 16)
    var place = Scratch(scratch.pointer)
    let keys = place.take(packedKeys)
    let values = place.take(packedValues)
    let queries = place.take(length * size)
    let other = place.take(keyCount * size)
    let scores = place.take(rows * keyCount)
    let context = place.take(rows * size)
    let sums = place.take(rows)
    gather(share, of: layout, query, into: queries, scale: scale)
    gather(keyShare, of: keyLayout, key, into: other)
    kernels.pack(size, keyCount, other, 1, size, keys)
    gather(keyShare, of: keyLayout, value, into: other)
    kernels.pack(keyCount, size, other, size, 1, values)
    for start in stride(from: 0, to: length, by: Self.block) {
      let block = start..<min(length, start + Self.block)
      exponentials(block, keyCount, query: queries, keys: keys, into: scores, sums)
      kernels.gemm(block.count, size, keyCount, scores, keyCount, values, nil, 0, context, size)
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
    let (share, keyShare) = shares(task)
    let (length, keyCount, size) = (share.length, keyShare.length, headSize)
    let wide = kernels.packed_size(size, keyCount)
    let tall = kernels.packed_size(keyCount, size)
    let rows = min(Self.block, length)
    let scratch = AlignedBuffer(
      uninitializedCount: 2 * wide + tall + 3 * (length + keyCount) * size + rows * (2 * keyCount + 1)
        + 12 * 16)
    var place = Scratch(scratch.pointer)
    let keys = place.take(wide)
    let valuesAcross = place.take(wide)
    let keysAcross = place.take(tall)
    let queries = place.take(length * size)
    let other = place.take(keyCount * size)
    let given = place.take(length * size)
    // dQ, dK, dV
    let results = [length, keyCount, keyCount].map { place.take($0 * size) }
    let scores = place.take(rows * keyCount)
    let changes = place.take(rows * keyCount)
    let sums = place.take(rows)
    gather(share, of: layout, query, into: queries, scale: scale)
    gather(keyShare, of: keyLayout, key, into: other)
    kernels.pack(size, keyCount, other, 1, size, keys)
    kernels.pack(keyCount, size, other, size, 1, keysAcross)
    gather(keyShare, of: keyLayout, value, into: other)
    kernels.pack(size, keyCount, other, 1, size, valuesAcross)
    gather(share, of: layout, gradient, into: given)
    for result in results[1...] { result.update(repeating: 0, count: keyCount * size) }
    for start in stride(from: 0, to: length, by: Self.block) {
      let block = start..<min(length, start + Self.block)
      exponentials(block, keyCount, query: queries, keys: keys, into: scores, sums)
      for row in 0..<block.count {
        let own = scores + row * keyCount
        for j in 0..<keyCount { own[j] *= sums[row] }
      }
      let ownGradient = given + start * size
      // dP = dC Vᵀ, then dS = P ∘ (dP - Σ P ∘ dP)
      kernels.gemm(block.count, keyCount, size, ownGradient, size, valuesAcross, nil, 0, changes, keyCount)
      add(scores, ownGradient, rows: block.count, keyCount, into: results[2])
      for row in 0..<block.count {
        let (own, change) = (scores + row * keyCount, changes + row * keyCount)
        let mean = kernels.dot(keyCount, own, change)
        for j in 0..<keyCount { change[j] = own[j] * (change[j] - mean) }
      }
      kernels.gemm(
        block.count, size, keyCount, changes, keyCount, keysAcross, nil, 0, results[0] + start * size, size)
      add(changes, queries + start * size, rows: block.count, keyCount, into: results[1])
    }
    scatter(results[0], share, of: layout, factor: scale, into: targets[0])
    for index in 1...2 { scatter(results[index], keyShare, of: keyLayout, factor: 1, into: targets[index]) }
  }

  private func scatter(
    _ source: UnsafePointer<Float>, _ share: Share, of layout: PackedLayout, factor: Float,
    into target: (matrix: Matrix, accumulate: Bool)
  ) {
    for step in 0..<share.length {
      let row = target.matrix.row(layout.offsets[step] + share.sequence) + share.column
      let own = source + step * headSize
      if target.accumulate {
        for j in 0..<headSize { row[j] += factor * own[j] }
      } else {
        for j in 0..<headSize { row[j] = factor * own[j] }
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
