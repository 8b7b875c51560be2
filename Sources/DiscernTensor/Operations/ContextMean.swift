import CDiscernKernels

// Notation: S tokens, D features, M tokens whose neighbours are requested.

extension Tape {
  /// The weighted mean of the words around some tokens, within their text and without the tokens themselves:
  /// [S, D] to [M, D]. Zeros for a token whose neighbours have no weight.
  ///
  /// - Parameters:
  ///   - tokens: [M] rows of the packed texts.
  ///   - width: neighbours on each side.
  ///   - weights: [S] each token's weight as a neighbour.
  package func contextMean(
    _ input: Variable, of tokens: [Int32], layout: PackedLayout, width: Int, weights: [Float]
  ) -> Variable {
    precondition(
      input.value.rows == layout.tokenCount && weights.count == layout.tokenCount && width > 0,
      "\(weights.count) weights for \(input.value.rows) tokens")
    let size = input.value.columns
    let places = TokenNeighbours(layout, width: width)
    let output = variable(tokens.count, size)
    var sums = [Float](repeating: 0, count: layout.tokenCount)
    sums.withUnsafeMutableBufferPointer { sums in
      let base = sums.baseAddress
      compute.forEachBlock(of: tokens.count, size: 64) { block in
        for index in block {
          let (token, target) = (Int(tokens[index]), output.value.row(index))
          target.update(repeating: 0, count: size)
          var sum: Float = 0
          places.forEach(around: token) { sum += weights[$0] }
          base?[token] = sum
          guard sum > 0 else { continue }
          places.forEach(around: token) { kernels.axpy(size, weights[$0] / sum, input.value.row($0), target) }
        }
      }
    }
    record { [self, sums] in
      guard let gradient = output.gradient else { return }
      var rows = [Int32](repeating: -1, count: layout.tokenCount)
      for (index, token) in tokens.enumerated() { rows[Int(token)] = Int32(index) }
      let (target, accumulate) = input.gradientToAddTo(self)
      // A token is a neighbour of its neighbours, so each row of the gradient belongs to one task.
      compute.forEachBlock(of: layout.tokenCount, size: 64) { [rows] block in
        for token in block {
          let own = target.row(token)
          if !accumulate { own.update(repeating: 0, count: size) }
          guard weights[token] > 0 else { continue }
          places.forEach(around: token) { place in
            guard rows[place] >= 0, sums[place] > 0 else { return }
            kernels.axpy(size, weights[token] / sums[place], gradient.row(Int(rows[place])), own)
          }
        }
      }
    }
    return output
  }
}

/// The neighbours of a token in its text.
private struct TokenNeighbours {
  private let layout: PackedLayout
  private let width: Int
  /// [S] the step of each token.
  private let steps: [Int32]

  init(_ layout: PackedLayout, width: Int) {
    self.layout = layout
    self.width = width
    steps = layout.batchSizes.enumerated().flatMap { step, size in
      repeatElement(Int32(step), count: size)
    }
  }

  /// The rows of the neighbours, in the order of the text.
  func forEach(around token: Int, _ body: (Int) -> Void) {
    let step = Int(steps[token])
    let sequence = token - layout.offsets[step]
    for other in max(0, step - width)..<min(layout.lengths[sequence], step + width + 1) where other != step {
      body(layout.offsets[other] + sequence)
    }
  }
}
