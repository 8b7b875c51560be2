extension Tape {
  /// Multi-head scaled dot-product attention of each sequence's tokens to one another, without projections
  /// (Vaswani et al. 2017): softmax(Q Kᵀ / √D) V by head: three times [S, F] to [S, F].
  ///
  /// Attention weights are not kept: backward computes them again, so that memory grows with the length and
  /// not its square. With a reach shorter than the text, so does time. A text's result depends only on its
  /// own tokens.
  ///
  /// - Parameters:
  ///   - key, value: [S + m N, F] with memory: m tokens before each sequence, step by step, then its own.
  ///   - heads: A, which divides F.
  ///   - isCausal: whether a token attends only to itself and those before it.
  ///   - reach: which of these it attends to. If that is the whole text, the bits are those of `all`.
  ///   - memory: m. Positions, as `reach` counts them, begin with these tokens.
  ///   - positions: the terms added to scores for the distance of the key from the query; nil: none.
  package func selfAttention(
    query: Variable, key: Variable, value: Variable, layout: PackedLayout, heads: Int, isCausal: Bool = false,
    reach: AttentionReach = .all, memory: Int = 0, positions: RelativePositions? = nil
  ) -> Variable {
    let features = query.value.columns
    precondition(
      heads > 0 && features % heads == 0 && key.value.columns == features && value.value.columns == features,
      "\(features) features for \(heads) heads")
    let keyLayout = memory == 0 ? layout : PackedLayout(lengths: layout.lengths.map { memory + $0 })
    precondition(
      memory >= 0 && reach.isValid && key.value.rows == keyLayout.tokenCount
        && value.value.rows == keyLayout.tokenCount,
      "\(key.value.rows) keys, \(memory) before each sequence, \(reach)")
    let output = variable(layout.tokenCount, features)
    let attention = SequenceAttention(
      kernels: kernels, layout: layout, keyLayout: keyLayout, keySequences: nil, heads: heads,
      headSize: features / heads, isCausal: isCausal, reach: reach, offset: memory,
      relative: positions.map { RelativeScores($0, weights) })
    compute.forEach(layout.sequenceCount * heads) { task in
      attention.forward(task, query.value, key.value, value.value, into: output.value)
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      let targets = [query, key, value].map { $0.gradientToAddTo(self) }
      let shares = positions.map { RelativeShares(layout, memory: memory, $0, workspace) }
      compute.forEach(layout.sequenceCount * heads) { task in
        attention.backward(task, query.value, key.value, value.value, gradient, into: targets, shares)
      }
      if let positions, let shares { addGradients(shares, of: positions) }
    }
    return output
  }

  /// Attention of sequences to other sequences, as of a decoder to the encoded source: queries [S, F] with
  /// keys and values of another layout to [S, F]. Every token attends to the whole other sequence.
  ///
  /// - Parameters:
  ///   - layout: the queries' layout.
  ///   - keyLayout: the layout of keys and values.
  ///   - keySequences: [N] the sequence of keys that each sequence attends to; each at most once with
  ///     gradients, otherwise any number of times.
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
      headSize: features / heads, isCausal: false, reach: .all)
    compute.forEach(layout.sequenceCount * heads) { task in
      attention.forward(task, query.value, key.value, value.value, into: output.value)
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      precondition(Set(keySequences).count == keySequences.count, "sequences that are attended to twice")
      let isWhole = keySequences.count == keyLayout.sequenceCount
      let targets = [query, key, value].enumerated().map { index, variable in
        let target = variable.gradientToAddTo(self)
        // Sequences to which no other attends have a gradient of zero.
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
