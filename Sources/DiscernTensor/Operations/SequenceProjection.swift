import CDiscernKernels

// Notation: G groups of D = F / G features, L a sequence's length, N the number of tokens that a projection
// has weights for, M = min(L, N) the number that is read, K the maximum number of output rows, R = min(K, L)
// their number.

/// A projection of sequences along their steps, not their features, as in Linformer (Wang et al. 2020): from
/// any number of tokens to at most K rows, with the same weights for all features of a group.
package struct SequenceProjection: Sendable, Hashable {
  /// [G · K, N]
  package let weight: Parameter
  /// G: 1, or the number of heads if each has its own projection.
  package let groups: Int

  /// At first, token j is only in row j modulo K, so that sequences of at most K tokens are unchanged.
  ///
  /// - Parameters:
  ///   - rows: K.
  ///   - tokens: N.
  package init(_ layout: inout ParameterLayout, name: String, rows: Int, tokens: Int, groups: Int) {
    self.groups = groups
    weight = layout.add(name, [groups * rows, tokens], .identities(size: rows, columns: tokens))
  }

  /// K
  package var rows: Int { weight.rows / groups }
  /// N
  package var tokens: Int { weight.columns }

  /// The layout of the output rows: for a sequence, as many as it has tokens, at most K.
  package func layout(of layout: PackedLayout) -> PackedLayout {
    PackedLayout(lengths: layout.lengths.map { min($0, rows) })
  }
}

extension Tape {
  /// By sequence and group, P = E[..<R, ..<M] X[..<M]: [S, F] to rows of `projection.layout(of: layout)`.
  ///
  /// Tokens after the N-th are ignored. A sequence's result depends only on its own tokens.
  package func project(
    _ input: Variable, by projection: SequenceProjection, layout: PackedLayout
  ) -> Variable {
    let (features, groups) = (input.value.columns, projection.groups)
    precondition(
      features % groups == 0 && input.value.rows == layout.tokenCount,
      "\(features) features, \(groups) groups")
    let rows = projection.layout(of: layout)
    let output = variable(rows.tokenCount, features)
    let tasks = SequenceProjecting(
      kernels: kernels, projection: projection, layout: layout, rowLayout: rows, width: features / groups)
    let weight = weights[projection.weight]
    compute.forEach(layout.sequenceCount * groups) { task in
      tasks.forward(task, input.value, weight, into: output.value)
    }
    record { [self] in
      guard let gradient = output.gradient, let gradients else { return }
      let target = input.gradientToAddTo(self)
      compute.forEach(layout.sequenceCount * groups) { task in
        tasks.backward(task, gradient, weight, into: target)
      }
      if projection.weight.isFixed || gradients.leavesOutProducts { return }
      tasks.addWeightGradient(input.value, gradient, into: gradients[projection.weight], compute)
    }
    return output
  }
}

/// The tasks of one projection, one for each sequence and group.
private struct SequenceProjecting {
  let kernels: discern_kernel_family
  let projection: SequenceProjection
  let layout: PackedLayout
  let rowLayout: PackedLayout
  /// D
  let width: Int

  /// The number of rows of a weight's gradient per task.
  private static let block = 32

  private func share(_ task: Int, of layout: PackedLayout) -> SequenceShare {
    SequenceShare(
      layout: layout, sequence: task / projection.groups, column: task % projection.groups * width,
      width: width)
  }

  /// M
  private func tokens(_ share: SequenceShare) -> Int { min(share.length, projection.tokens) }

  /// The group's part of the weight.
  private func part(_ task: Int, of weight: Matrix) -> UnsafeMutablePointer<Float> {
    weight.row(task % projection.groups * projection.rows)
  }

  func forward(_ task: Int, _ input: Matrix, _ weight: Matrix, into output: Matrix) {
    let (share, rows) = (share(task, of: layout), share(task, of: rowLayout))
    let count = tokens(share)
    let size = kernels.packed_size(count, width)
    let scratch = AlignedBuffer(uninitializedCount: size + (count + rows.length) * width + 3 * 16)
    var place = Scratch(scratch.pointer)
    let (packed, own) = (place.take(size), place.take(count * width))
    let result = place.take(rows.length * width)
    share.gather(input, into: own, count: count)
    kernels.pack(count, width, own, width, 1, packed)
    kernels.gemm(
      rows.length, width, count, part(task, of: weight), projection.tokens, packed, nil, 0, result, width)
    rows.scatter(result, into: (output, false))
  }

  /// dX += Eᵀ dP
  func backward(
    _ task: Int, _ gradient: Matrix, _ weight: Matrix, into target: (matrix: Matrix, accumulate: Bool)
  ) {
    let (share, rows) = (share(task, of: layout), share(task, of: rowLayout))
    let count = tokens(share)
    let scratch = AlignedBuffer(uninitializedCount: (count + rows.length) * width + 2 * 16)
    var place = Scratch(scratch.pointer)
    let (given, result) = (place.take(rows.length * width), place.take(count * width))
    rows.gather(gradient, into: given)
    result.update(repeating: 0, count: count * width)
    var product = discern_outer(
      m: count, n: width, k: rows.length, a: part(task, of: weight), a_stride: projection.tokens, b: given,
      b_stride: width, b_rows: nil, c: result, c_stride: width, sums: nil)
    kernels.outer(&product)
    share.scatter(result, count: count, into: target)
  }

  /// dE += dP Xᵀ, sequence by sequence.
  func addWeightGradient(_ input: Matrix, _ gradient: Matrix, into target: Matrix, _ compute: Compute) {
    let tasks = layout.sequenceCount * projection.groups
    var places = [0]
    for task in 0..<tasks {
      let rows = share(task, of: rowLayout).length * width
      let size = kernels.packed_size(width, tokens(share(task, of: layout)))
      places.append(places[task] + (rows + 15) / 16 * 16 + (size + 15) / 16 * 16)
    }
    let buffer = AlignedBuffer(uninitializedCount: places[tasks])
    func parts(_ task: Int) -> (given: UnsafeMutablePointer<Float>, packed: UnsafeMutablePointer<Float>) {
      var place = Scratch(buffer.pointer + places[task])
      return (place.take(share(task, of: rowLayout).length * width), place.take(0))
    }
    compute.forEach(tasks) { task in
      let (given, packed) = parts(task)
      let share = share(task, of: layout)
      let own = AlignedBuffer(uninitializedCount: tokens(share) * width)
      self.share(task, of: rowLayout).gather(gradient, into: given)
      share.gather(input, into: own.pointer, count: tokens(share))
      kernels.pack(width, tokens(share), own.pointer, 1, width, packed)
    }
    compute.forEachBlock(of: projection.rows, size: Self.block, times: projection.groups) { group, rows in
      for sequence in 0..<layout.sequenceCount {
        let task = sequence * projection.groups + group
        let end = min(rows.upperBound, rowLayout.lengths[sequence])
        // Later sequences are not longer.
        if end <= rows.lowerBound { break }
        let (given, packed) = parts(task)
        kernels.gemm(
          end - rows.lowerBound, tokens(share(task, of: layout)), width, given + rows.lowerBound * width,
          width,
          packed, nil, 1, target.row(group * projection.rows + rows.lowerBound), projection.tokens)
      }
    }
  }
}
