import CDiscernKernels
import DiscernSystem

// Notation: S tokens, D features, V words, K drawn words; U words with a row: the drawn ones, then the
// targets that are not among them.

extension Tape {
  /// The cross-entropy of a softmax over each token's true word and some drawn ones, the same for all tokens,
  /// instead of all V words (Jean et al. 2015): S · K products instead of S · V. A word's logit is x · e + b
  /// minus the log of the probability that it is drawn, so that the gradient is about that of the softmax
  /// over all words. A drawn word that is a token's true one counts once.
  ///
  /// Records the gradients at once: of the input, of the words' vectors and of their biases.
  ///
  /// - Parameters:
  ///   - input: x [S, D].
  ///   - table: e [V, D].
  ///   - bias: b [V, 1].
  ///   - targets: [S] each token's true word; -1: the token has none and is ignored.
  ///   - drawn: [K] distinct words.
  ///   - logInclusion: [V] the log of the probability that each word is drawn.
  ///   - weight: a factor of the gradient.
  ///   - divisor: the divisor of the gradient; 0: no gradient.
  package func sampledSoftmax(
    _ input: Variable, table: EmbeddingTable, bias: EmbeddingTable, targets: [Int32], drawn: [Int32],
    logInclusion: [Float], weight: Float = 1, divisor: Double
  ) -> LossSum {
    precondition(
      targets.count == input.value.rows && input.value.columns == table.columnCount && bias.columnCount == 1,
      "\(targets.count) targets for [\(input.value.rows), \(input.value.columns)]")
    let pass = SampledSoftmax(
      self, input: input, table: table, bias: bias,
      words: SoftmaxWords(targets: targets, drawn: drawn, vocabularySize: table.rowCount),
      logInclusion: logInclusion, scale: divisor > 0 ? weight / Float(divisor) : 0)
    let loss = pass.forward()
    record { [self] in
      if let gradients { pass.backward(gradients) }
    }
    return loss
  }

  /// The cross-entropy of the softmax over all words but `<pad>`, without a gradient.
  ///
  /// - Parameters:
  ///   - input, table, bias, targets: as for `sampledSoftmax`.
  ///   - importance: [S] each token's weight in sum and mass; nil: 1.
  package func softmaxLoss(
    _ input: Variable, table: EmbeddingTable, bias: EmbeddingTable, targets: [Int32],
    importance: [Float]? = nil
  ) -> LossSum {
    let (vectors, biases, size) = (weights[table], weights[bias].pointer, table.rowCount)
    let first = table.hasPadding ? 1 : 0
    let packed = PackedMatrix(vectors, .transposed, kernels)
    var losses = [Double](repeating: 0, count: targets.count)
    losses.withUnsafeMutableBufferPointer { losses in
      let base = losses.baseAddress
      compute.forEachBlock(of: targets.count, size: 32) { rows in
        let scratch = AlignedBuffer(uninitializedCount: rows.count * size)
        kernels.gemm(
          rows.count, size, vectors.columns, input.value.row(rows.lowerBound), input.value.columns,
          packed.buffer.pointer, biases, 0, scratch.pointer, size)
        for row in rows where targets[row] >= 0 {
          let logits = scratch.pointer + (row - rows.lowerBound) * size + first
          let truth = logits[Int(targets[row]) - first]
          let shift = largest(logits, count: size - first)
          base?[row] =
            log(kernels.exp_sum(size - first, logits, shift, logits)) + Double(shift) - Double(truth)
        }
      }
    }
    var result = LossSum()
    for (token, loss) in losses.enumerated() where targets[token] >= 0 {
      let weight = importance.map { Double($0[token]) } ?? 1
      result += LossSum(sum: weight * loss, mass: weight)
    }
    return result
  }
}

/// The words that have a row in a sampled softmax, and the row of each token's target.
struct SoftmaxWords {
  /// [U] the drawn words first.
  let ids: [Int32]
  let drawnCount: Int
  /// [S] the row of each token's target; -1: it has none.
  let rowOfToken: [Int32]

  init(targets: [Int32], drawn: [Int32], vocabularySize: Int) {
    var rows = [Int32](repeating: -1, count: vocabularySize)
    for (row, id) in drawn.enumerated() { rows[Int(id)] = Int32(row) }
    var ids = drawn
    rowOfToken = targets.map { id in
      guard id >= 0 else { return -1 }
      if rows[Int(id)] < 0 {
        rows[Int(id)] = Int32(ids.count)
        ids.append(id)
      }
      return rows[Int(id)]
    }
    self.ids = ids
    drawnCount = drawn.count
  }
}

/// One sampled softmax, from its logits to their gradient in the same memory.
private struct SampledSoftmax {
  private let tape: Tape
  private let input: Variable
  private let table: EmbeddingTable
  private let bias: EmbeddingTable
  private let words: SoftmaxWords
  private let scale: Float
  private let vectors: Matrix  // [U, D]
  private let biases: Matrix  // [1, U] b - log inclusion
  /// Logits of the drawn words, then their gradient.  // [S, K]
  private let logits: Matrix
  /// The gradient of the logit of each token's target that was not drawn.  // [1, S]
  private let own: Matrix

  init(
    _ tape: Tape, input: Variable, table: EmbeddingTable, bias: EmbeddingTable, words: SoftmaxWords,
    logInclusion: [Float], scale: Float
  ) {
    self.tape = tape
    self.input = input
    self.table = table
    self.bias = bias
    self.words = words
    self.scale = scale
    let source = tape.weights[table]
    vectors = tape.workspace.matrix(words.ids.count, table.columnCount)
    biases = tape.workspace.matrix(1, words.ids.count)
    logits = tape.workspace.matrix(input.value.rows, words.drawnCount)
    own = tape.workspace.matrix(1, input.value.rows)
    for (row, id) in words.ids.enumerated() {
      vectors.row(row).update(from: source.row(Int(id)), count: source.columns)
      biases.pointer[row] = tape.weights[bias].pointer[Int(id)] - logInclusion[Int(id)]
    }
  }

  private var drawn: Matrix { Matrix(vectors.pointer, rows: words.drawnCount, columns: vectors.columns) }

  func forward() -> LossSum {
    let packed = PackedMatrix(drawn, .transposed, tape.kernels)
    var losses = [Double](repeating: 0, count: words.rowOfToken.count)
    losses.withUnsafeMutableBufferPointer { losses in
      let base = losses.baseAddress
      tape.compute.forEachRows(of: logits.rows, times: 1) { _, rows in
        tape.compute.multiply(rows, input.value, packed, bias: biases.pointer, into: logits)
        for row in rows { base?[row] = loss(row) }
      }
    }
    return LossSum(
      sum: losses.reduce(0, +), mass: Double(words.rowOfToken.count { $0 >= 0 }))
  }

  /// A token's loss; leaves the gradient of its logits.
  private func loss(_ row: Int) -> Double {
    let (z, count, target) = (logits.row(row), logits.columns, Int(words.rowOfToken[row]))
    own.pointer[row] = 0
    guard target >= 0 else {
      z.update(repeating: 0, count: count)
      return 0
    }
    let isDrawn = target < count
    let truth =
      isDrawn
      ? z[target]
      : tape.kernels.dot(vectors.columns, input.value.row(row), vectors.row(target)) + biases.pointer[target]
    let shift = max(largest(z, count: count), truth)
    var sum = tape.kernels.exp_sum(count, z, shift, z)
    let ownTerm = exp(Double(truth - shift))
    if !isDrawn { sum += ownTerm }
    let factor = scale / Float(sum)
    for k in 0..<count { z[k] *= factor }
    if isDrawn { z[target] -= scale } else { own.pointer[row] = factor * Float(ownTerm) - scale }
    return log(sum) + Double(shift) - Double(truth)
  }

  func backward(_ gradients: Gradients) {
    let (compute, kernels, size) = (tape.compute, tape.kernels, vectors.columns)
    let packed = PackedMatrix(drawn, .plain, kernels)
    let target = input.gradientToAddTo(tape)
    compute.forEachRows(of: logits.rows, times: 1) { _, rows in
      compute.multiply(rows, logits, packed, accumulate: target.accumulate, into: target.matrix)
      for row in rows where Int(words.rowOfToken[row]) >= words.drawnCount {
        kernels.axpy(
          size, own.pointer[row], vectors.row(Int(words.rowOfToken[row])), target.matrix.row(row))
      }
    }
    let vectorGradient = tape.workspace.zeros(words.ids.count, size)
    let biasGradient = tape.workspace.zeros(words.ids.count, 1)
    tape.accumulate([
      WeightGradient(
        logits, m: logits.columns, input.value.pointer, bStride: size, n: size,
        into: vectorGradient.pointer, sums: biasGradient.pointer)
    ])
    addOwn(to: vectorGradient, biasGradient)
    if table.isTrainable { gradients.add(words.ids, vectorGradient, to: table) }
    if bias.isTrainable { gradients.add(words.ids, biasGradient, to: bias) }
  }

  /// Adds the gradients of targets that were not drawn, word by word.
  private func addOwn(to vectorGradient: Matrix, _ biasGradient: Matrix) {
    let first = words.drawnCount
    let tokens = words.rowOfToken.indices.filter { Int(words.rowOfToken[$0]) >= first }
    let byWord = TokenRows(
      rowOfToken: tokens.map { words.rowOfToken[$0] - Int32(first) }, rowCount: words.ids.count - first)
    tape.compute.forEachBlock(of: byWord.rowCount, size: 64) { block in
      for word in block {
        for place in byWord.tokenOffsets[word]..<byWord.tokenOffsets[word + 1] {
          let token = tokens[Int(byWord.tokens[place])]
          let slope = own.pointer[token]
          tape.kernels.axpy(
            vectors.columns, slope, input.value.row(token), vectorGradient.row(first + word))
          biasGradient.pointer[first + word] += slope
        }
      }
    }
  }
}

/// The largest of some floats, vectorised by hand: Swift does not vectorise a plain loop.
private func largest(_ x: UnsafePointer<Float>, count: Int) -> Float {
  var index = 0
  var result = x[0]
  if count >= 16 {
    let raw = UnsafeRawPointer(x)
    var lanes = SIMD16<Float>(repeating: x[0])
    while index + 16 <= count {
      let next = raw.loadUnaligned(fromByteOffset: 4 * index, as: SIMD16<Float>.self)
      lanes.replace(with: next, where: next .> lanes)
      index += 16
    }
    result = lanes.max()
  }
  while index < count {
    result = max(result, x[index])
    index += 1
  }
  return result
}
