import CDiscernKernels

// Notation: N sequences, S tokens, F features, L the length of a sequence.

extension Tape {
  /// The largest value of each feature over a sequence's tokens: [S, F] to [N, F]. The gradient goes to the
  /// first token that has this value.
  package func maxPooling(_ input: Variable, layout: PackedLayout) -> Variable {
    let features = input.value.columns
    let output = variable(layout.sequenceCount, features)
    let sources = isRecording ? tokens(layout.sequenceCount, features) : nil  // [N, F]
    compute.forEachBlock(of: layout.sequenceCount, size: 4) { sequences in
      for n in sequences {
        let best = output.value.row(n)
        let source = sources.map { $0 + n * features }
        best.update(from: input.value.row(n), count: features)
        source?.update(repeating: Int32(n), count: features)
        for t in 1..<max(1, layout.lengths[n]) {
          let row = layout.offsets[t] + n
          kernels.take_larger(features, input.value.row(row), Int32(row), best, source)
        }
      }
    }
    record { [self] in
      guard let gradient = output.gradient, let sources else { return }
      let target = zeroedGradient(of: input)
      for index in 0..<layout.sequenceCount * features {
        target.row(Int(sources[index]))[index % features] += gradient.pointer[index]
      }
    }
    return output
  }

  /// Memory for the indices of tokens.
  private func tokens(_ rows: Int, _ columns: Int) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(workspace.matrix(rows, columns).pointer).bindMemory(
      to: Int32.self, capacity: rows * columns)
  }

  /// The mean over a sequence's own tokens: [S, F] to [N, F].
  package func meanPooling(_ input: Variable, layout: PackedLayout) -> Variable {
    let features = input.value.columns
    let output = variable(layout.sequenceCount, features)
    compute.forEachBlock(of: layout.sequenceCount, size: 4) { sequences in
      for n in sequences {
        let sum = output.value.row(n)
        sum.update(repeating: 0, count: features)
        let share = 1 / Float(layout.lengths[n])
        for t in 0..<layout.lengths[n] {
          kernels.axpy(features, share, input.value.row(layout.offsets[t] + n), sum)
        }
      }
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = zeroedGradient(of: input)
      compute.forEachBlock(of: layout.sequenceCount, size: 4) { sequences in
        for n in sequences {
          let share = 1 / Float(layout.lengths[n])
          for t in 0..<layout.lengths[n] {
            kernels.axpy(features, share, gradient.row(n), target.row(layout.offsets[t] + n))
          }
        }
      }
    }
    return output
  }

  /// Each sequence's first token: [S, F] to [N, F].
  package func firstTokenPooling(_ input: Variable, layout: PackedLayout) -> Variable {
    // They are the first rows, in the sequences' order.
    let output = variable(layout.sequenceCount, input.value.columns)
    output.value.pointer.update(from: input.value.pointer, count: output.value.count)
    record { [self] in
      guard let gradient = output.gradient else { return }
      kernels.axpy(gradient.count, 1, gradient.pointer, zeroedGradient(of: input).pointer)
    }
    return output
  }

  /// Each direction's last state: the forward half of a sequence's own last token and the backward half of
  /// its first, side by side: [S, directions · H] to [N, directions · H].
  package func lastStatePooling(_ input: Variable, layout: PackedLayout, directions: Int) -> Variable {
    let features = input.value.columns
    let hidden = features / directions
    let output = variable(layout.sequenceCount, features)
    func source(_ n: Int, _ direction: Int) -> Int {
      direction == 0 ? layout.offsets[layout.lengths[n] - 1] + n : n
    }
    for n in 0..<layout.sequenceCount {
      for d in 0..<directions {
        (output.value.row(n) + d * hidden).update(
          from: input.value.row(source(n, d)) + d * hidden, count: hidden)
      }
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = zeroedGradient(of: input)
      for n in 0..<layout.sequenceCount {
        for d in 0..<directions {
          kernels.axpy(
            hidden, 1, gradient.row(n) + d * hidden, target.row(source(n, d)) + d * hidden)
        }
      }
    }
    return output
  }

  /// Matrices of N rows side by side: [N, F₁], [N, F₂] … to [N, F₁ + F₂ + …].
  package func concatenate(_ inputs: [Variable]) -> Variable {
    if inputs.count == 1 { return inputs[0] }
    let rows = inputs[0].value.rows
    let output = variable(rows, inputs.reduce(0) { $0 + $1.value.columns })
    var column = 0
    for input in inputs {
      precondition(input.value.rows == rows, "\(input.value.rows) rows beside \(rows)")
      for row in 0..<rows {
        (output.value.row(row) + column).update(from: input.value.row(row), count: input.value.columns)
      }
      column += input.value.columns
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      var column = 0
      for input in inputs {
        let target = zeroedGradient(of: input)
        for row in 0..<rows {
          kernels.axpy(input.value.columns, 1, gradient.row(row) + column, target.row(row))
        }
        column += input.value.columns
      }
    }
    return output
  }

  /// The gradient to add to, filled with zeros if nothing has been written there.
  private func zeroedGradient(of variable: Variable) -> Matrix {
    let target = variable.gradientToAddTo(self)
    if !target.accumulate { target.matrix.fill(0) }
    return target.matrix
  }
}
