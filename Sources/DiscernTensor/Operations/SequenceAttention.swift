import CDiscernKernels

// Notation: N sequences, S tokens, F features, A heads of D = F / A features, L a sequence's length; in
// attention to other sequences, K the length of the one attended to.

/// The tasks of one attention operation, one for each sequence and head.
struct SequenceAttention {
  let kernels: discern_kernel_family
  /// The layout of queries.
  let layout: PackedLayout
  /// The layout of keys and values.
  let keyLayout: PackedLayout
  /// The sequence of keys that each sequence attends to; nil: its own.
  let keySequences: [Int]?
  let heads: Int
  let headSize: Int
  let isCausal: Bool
  /// The keys that a query attends to, by position; the first key is at position 0.
  let reach: AttentionReach
  /// The position of the first query.
  var offset = 0
  /// The terms added to scores for distances; nil: none.
  var relative: RelativeScores?

  /// The number of rows of scores that are computed together.
  static let block = 64

  private func shares(_ task: Int) -> (own: SequenceShare, keys: SequenceShare) {
    let (sequence, column) = (task / heads, task % heads * headSize)
    return (
      SequenceShare(layout: layout, sequence: sequence, column: column, width: headSize),
      SequenceShare(
        layout: keyLayout, sequence: keySequences?[sequence] ?? sequence, column: column, width: headSize)
    )
  }

  private var scale: Float { 1 / Float(headSize).squareRoot() }

  /// The keys to which at least one of these queries attends, of a number of keys.
  private func keys(of queries: Range<Int>, among count: Int) -> Range<Int> {
    reach.keys(
      of: queries.lowerBound + offset..<queries.upperBound + offset, among: count, isCausal: isCausal)
  }

  /// Exponentials of a block's scores, the largest of each row 1; zeros where a query does not attend.
  ///
  /// - Parameters:
  ///   - range: the keys, which alone are packed.
  ///   - places: the terms added to scores for these queries and keys.
  ///   - sums: by row, 1 over the sum of its exponentials.
  private func exponentials(
    _ rows: Range<Int>, _ range: Range<Int>, of count: Int, query: UnsafePointer<Float>,
    keys: UnsafePointer<Float>, places: PlaceScratch?, into scores: UnsafeMutablePointer<Float>,
    _ sums: UnsafeMutablePointer<Float>
  ) {
    let columns = range.count
    kernels.gemm(
      rows.count, columns, headSize, query + rows.lowerBound * headSize, headSize, keys, nil, 0, scores,
      columns)
    places?.add(rows, columns, to: scores, kernels)
    for row in 0..<rows.count {
      let place = rows.lowerBound + row
      let seen = self.keys(of: place..<place + 1, among: count)
      let (first, last) = (seen.lowerBound - range.lowerBound, seen.upperBound - range.lowerBound)
      let own = scores + row * columns
      var largest = own[first]
      for j in first..<last where own[j] > largest { largest = own[j] }
      sums[row] = Float(1 / kernels.exp_sum(last - first, own + first, largest, own + first))
      own.update(repeating: 0, count: first)
      (own + last).update(repeating: 0, count: columns - last)
    }
  }

  func forward(_ task: Int, _ query: Matrix, _ key: Matrix, _ value: Matrix, into output: Matrix) {
    let (share, keyShare) = shares(task)
    let (length, keyCount, size) = (share.length, keyShare.length, headSize)
    let span = reach.span(of: Self.block, among: keyCount)
    let packedKeys = kernels.packed_size(size, span)
    let packedValues = kernels.packed_size(span, size)
    let rows = min(Self.block, length)
    let scratch = AlignedBuffer(
      uninitializedCount: packedKeys + packedValues + (length + 2 * keyCount) * size
        + rows * (span + size + 1) + 8 * 16)
    var place = Scratch(scratch.pointer)
    let places = relative.map { PlaceScratch($0, share, scale: scale, query, span: span, kernels) }
    let keys = place.take(packedKeys)
    let values = place.take(packedValues)
    let queries = place.take(length * size)
    let ownKeys = place.take(keyCount * size)
    let ownValues = place.take(keyCount * size)
    let scores = place.take(rows * span)
    let context = place.take(rows * size)
    let sums = place.take(rows)
    share.gather(query, into: queries, scale: scale, bias: relative?.contentBias)
    keyShare.gather(key, into: ownKeys)
    keyShare.gather(value, into: ownValues)
    var packed = 0..<0
    for start in stride(from: 0, to: length, by: Self.block) {
      let block = start..<min(length, start + Self.block)
      let range = self.keys(of: block, among: keyCount)
      if range != packed {
        kernels.pack(size, range.count, ownKeys + range.lowerBound * size, 1, size, keys)
        kernels.pack(range.count, size, ownValues + range.lowerBound * size, size, 1, values)
        packed = range
      }
      places?.pack(block, range, offset: offset, kernels)
      exponentials(
        block, range, of: keyCount, query: queries, keys: keys, places: places, into: scores, sums)
      kernels.gemm(block.count, size, range.count, scores, range.count, values, nil, 0, context, size)
      for row in 0..<block.count {
        let target = output.row(layout.offsets[start + row] + share.sequence) + share.column
        for j in 0..<size { target[j] = sums[row] * context[row * size + j] }
      }
    }
  }

  func backward(
    _ task: Int, _ query: Matrix, _ key: Matrix, _ value: Matrix, _ gradient: Matrix,
    into targets: [(matrix: Matrix, accumulate: Bool)], _ distances: RelativeShares? = nil
  ) {
    let (share, keyShare) = shares(task)
    let (length, keyCount, size) = (share.length, keyShare.length, headSize)
    let span = reach.span(of: Self.block, among: keyCount)
    let wide = kernels.packed_size(size, span)
    let tall = kernels.packed_size(span, size)
    let rows = min(Self.block, length)
    let scratch = AlignedBuffer(
      uninitializedCount: 2 * wide + tall + (3 * length + 4 * keyCount) * size + rows * (2 * span + 1)
        + 13 * 16)
    var place = Scratch(scratch.pointer)
    let places = relative.map {
      PlaceScratch($0, share, scale: scale, query, span: span, kernels, isBackward: true)
    }
    let packs = (keys: place.take(wide), valuesAcross: place.take(wide), keysAcross: place.take(tall))
    let queries = place.take(length * size)
    let ownKeys = place.take(keyCount * size)
    let ownValues = place.take(keyCount * size)
    let given = place.take(length * size)
    // dQ, dK, dV
    let results = [length, keyCount, keyCount].map { place.take($0 * size) }
    let scores = place.take(rows * span)
    let changes = place.take(rows * span)
    let sums = place.take(rows)
    share.gather(query, into: queries, scale: scale, bias: relative?.contentBias)
    keyShare.gather(key, into: ownKeys)
    keyShare.gather(value, into: ownValues)
    share.gather(gradient, into: given)
    for result in results[1...] { result.update(repeating: 0, count: keyCount * size) }
    var packed = 0..<0
    for start in stride(from: 0, to: length, by: Self.block) {
      let block = start..<min(length, start + Self.block)
      let range = self.keys(of: block, among: keyCount)
      let first = range.lowerBound * size
      if range != packed {
        kernels.pack(size, range.count, ownKeys + first, 1, size, packs.keys)
        kernels.pack(range.count, size, ownKeys + first, size, 1, packs.keysAcross)
        kernels.pack(size, range.count, ownValues + first, 1, size, packs.valuesAcross)
        packed = range
      }
      places?.pack(block, range, offset: offset, kernels)
      exponentials(
        block, range, of: keyCount, query: queries, keys: packs.keys, places: places, into: scores, sums)
      scoreGradients(
        scores, sums, given: given + start * size, valuesAcross: packs.valuesAcross, rows: block.count,
        range.count, into: changes)
      kernels.addProduct(
        scores, given + start * size, rows: block.count, range.count, size, into: results[2] + first)
      kernels.gemm(
        block.count, size, range.count, changes, range.count, packs.keysAcross, nil, 0,
        results[0] + start * size, size)
      kernels.addProduct(
        changes, queries + start * size, rows: block.count, range.count, size, into: results[1] + first)
      if let places, let distances { places.backward(block, range.count, changes, distances, kernels) }
    }
    if let places, let distances { places.finish(results[0], distances) }
    share.scatter(results[0], factor: scale, into: targets[0])
    for index in 1...2 { keyShare.scatter(results[index], into: targets[index]) }
  }

  /// Computes P [rows, columns] from exponentials and their sums, and dS = P ∘ (dP - Σ P ∘ dP) with
  /// dP = dC Vᵀ.
  private func scoreGradients(
    _ scores: UnsafeMutablePointer<Float>, _ sums: UnsafePointer<Float>, given: UnsafePointer<Float>,
    valuesAcross: UnsafePointer<Float>, rows: Int, _ columns: Int,
    into changes: UnsafeMutablePointer<Float>
  ) {
    kernels.gemm(rows, columns, headSize, given, headSize, valuesAcross, nil, 0, changes, columns)
    for row in 0..<rows {
      let (own, change) = (scores + row * columns, changes + row * columns)
      for j in 0..<columns { own[j] *= sums[row] }
      let mean = kernels.dot(columns, own, change)
      for j in 0..<columns { change[j] = own[j] * (change[j] - mean) }
    }
  }
}

extension discern_kernel_family {
  /// C [L, D] += A [rows, L]ᵀ B [rows, D].
  ///
  /// - Parameter stride: the stride of C; nil: D.
  func addProduct(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, rows: Int, _ length: Int, _ size: Int,
    into c: UnsafeMutablePointer<Float>, stride: Int? = nil
  ) {
    var product = discern_outer(
      m: length, n: size, k: rows, a: a, a_stride: length, b: b, b_stride: size, b_rows: nil, c: c,
      c_stride: stride ?? size, sums: nil)
    outer(&product)
  }
}
