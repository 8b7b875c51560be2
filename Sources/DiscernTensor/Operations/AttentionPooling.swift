import CDiscernKernels

/// Weights of attention pooling: additive, vᵀ tanh(W h + b) (Bahdanau et al. 2015; Yang et al.
/// 2016), or linear, wᵀ h, when there is no projection.
package struct AttentionParameters: Sendable, Hashable {
  package let projection: LinearParameters?  // weight [A, F], bias [A]
  package let score: Parameter  // [1, A], or [1, F] when linear

  package init(
    _ layout: inout ParameterLayout, prefix: String, inputSize: Int, attentionSize: Int?
  ) {
    projection = attentionSize.map {
      LinearParameters(
        &layout, prefix: "\(prefix).projection", inputSize: inputSize, outputSize: $0,
        isQuantizable: true)
    }
    let size = attentionSize ?? inputSize
    score = layout.add("\(prefix).score.weight", [1, size], .uniform(fanIn: size))
  }
}

// Notation: N sequences, S tokens, F features, A attention units.

extension Tape {
  /// Σ α h over each sequence's own tokens, where α is the softmax of a learned score: [S, F] to [N, F].
  ///
  /// A score has no bias, since the softmax cancels it.
  ///
  /// - Returns: the pooled rows, and α [S, 1] in packed order.
  package func attentionPooling(
    _ input: Variable, layout: PackedLayout, _ parameters: AttentionParameters
  ) -> (pooled: Variable, attention: Matrix) {
    let features = input.value.columns
    let keys: Variable  // [S, A], or the input itself
    if let projection = parameters.projection {
      keys = variable(input.value.rows, projection.weight.rows)
      forwardLinear(input.value, projection, into: keys.value)
      compute.forEachBlock(of: keys.value.rows, size: 96) { rows in
        kernels.tanh_rows(rows.count * keys.value.columns, keys.value.row(rows.lowerBound))
      }
    } else {
      keys = input
    }
    let score = weights[parameters.score]
    let attention = workspace.matrix(layout.tokenCount, 1)  // α [S]
    compute.forEachBlock(of: layout.tokenCount, size: 1024) { rows in
      for row in rows {
        attention.pointer[row] = kernels.dot(score.columns, keys.value.row(row), score.pointer)
      }
    }
    let pooled = variable(layout.sequenceCount, features)  // [N, F]
    let scratch = workspace.matrix(layout.sequenceCount, layout.stepCount)
    compute.forEachBlock(of: layout.sequenceCount, size: 4) { sequences in
      for n in sequences {
        softmaxOverTokens(of: n, layout, attention, scratch.row(n))
        let sum = pooled.value.row(n)
        sum.update(repeating: 0, count: features)
        for t in 0..<layout.lengths[n] {
          let row = layout.offsets[t] + n
          kernels.axpy(features, attention.pointer[row], input.value.row(row), sum)
        }
      }
    }
    record { [self] in
      guard let pooledGradient = pooled.gradient, let gradients else { return }
      let target = input.gradientToAddTo(self)
      let scoreGradients = workspace.matrix(layout.tokenCount, 1)  // [S]
      compute.forEachBlock(of: layout.sequenceCount, size: 4) { sequences in
        for n in sequences {
          let dPooled = pooledGradient.row(n)
          var mean = 0.0  // Σ α dα
          for t in 0..<layout.lengths[n] {
            let row = layout.offsets[t] + n
            let alpha = attention.pointer[row]
            let dAlpha = kernels.dot(features, dPooled, input.value.row(row))
            scoreGradients.pointer[row] = dAlpha
            mean += Double(alpha) * Double(dAlpha)
            if !target.accumulate { target.matrix.row(row).update(repeating: 0, count: features) }
            kernels.axpy(features, alpha, dPooled, target.matrix.row(row))
          }
          for t in 0..<layout.lengths[n] {
            let row = layout.offsets[t] + n
            scoreGradients.pointer[row] =
              attention.pointer[row] * (scoreGradients.pointer[row] - Float(mean))
          }
        }
      }
      // dv += Σ ds u
      let keySize = keys.value.columns
      accumulate([
        WeightGradient(
          scoreGradients, m: 1, keys.value.pointer, bStride: keySize, n: keySize,
          into: gradients[parameters.score].pointer)
      ])
      if let projection = parameters.projection {
        // du = ds v (1 - u²), in u's place
        compute.forEachBlock(of: layout.tokenCount, size: 256) { rows in
          for row in rows {
            let u = keys.value.row(row)
            kernels.tanh_backward(keySize, scoreGradients.pointer[row], score.pointer, u, u)
          }
        }
        backwardLinear(keys.value, input, projection)
      } else {
        compute.forEachBlock(of: layout.tokenCount, size: 256) { rows in
          for row in rows {
            kernels.axpy(features, scoreGradients.pointer[row], score.pointer, target.matrix.row(row))
          }
        }
      }
    }
    return (pooled, attention)
  }

  /// Turns the scores of sequence n's tokens into α, in place.
  private func softmaxOverTokens(
    of n: Int, _ layout: PackedLayout, _ scores: Matrix, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let length = layout.lengths[n]
    var largest = -Float.infinity
    for t in 0..<length {
      scratch[t] = scores.pointer[layout.offsets[t] + n]
      if scratch[t] > largest { largest = scratch[t] }
    }
    let sum = kernels.exp_sum(length, scratch, largest, scratch)
    let scale = Float(1 / sum)
    for t in 0..<length { scores.pointer[layout.offsets[t] + n] = scratch[t] * scale }
  }
}
