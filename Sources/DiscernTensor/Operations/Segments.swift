import CDiscernKernels

// A part of a network over segments of texts, with the gradient cut at their borders.
//
// In training, the values that each operation keeps for its pullback grow with S. Here forward keeps the
// outputs, and the states that a segment passes to the next. Backward computes a segment again from those
// (with the same bits, since the same operations read the same numbers), takes its gradients, and gives its
// memory to the next one, so that per-token values are kept for only one segment at a time.

/// A segment of the texts of a batch, in packed order: the same steps of all texts that reach them.
package struct TextPart {
  /// From 0.
  package let index: Int
  package let layout: PackedLayout
  let firstRow: Int

  /// The segment with that index, of `length` steps counted from the texts' beginnings.
  init(_ texts: PackedLayout, index: Int, length: Int) {
    let start = index * length
    self.index = index
    firstRow = texts.offsets[start]
    layout = PackedLayout(
      lengths: texts.lengths[..<texts.batchSizes[start]].map { min($0 - start, length) })
  }

  func rows(of matrix: Matrix) -> Matrix {
    Matrix(matrix.row(firstRow), rows: layout.tokenCount, columns: matrix.columns)
  }
}

extension Tape {
  /// Runs a part of a network segment by segment.
  ///
  /// - Parameters:
  ///   - input: [S, F].
  ///   - length: the number of tokens of a segment.
  ///   - outputSize: F'.
  ///   - shared: other inputs of all segments, whose gradients are sums over them.
  ///   - body: maps a segment's rows, and the states that it returned for the previous segment, to [rows, F']
  ///     and states. It records on the given tape; it is run again for the gradient, and must then give the
  ///     same results.
  /// - Returns: [S, F'].
  package func bySegment(
    _ input: Variable, layout: PackedLayout, length: Int, outputSize: Int, sharing shared: [Variable],
    _ body:
      @escaping (Tape, Variable, TextPart, [SegmentState]?) -> (
        output: Variable, states: [SegmentState]
      )
  ) -> Variable {
    precondition(length > 0, "segments of \(length) tokens")
    let parts = (0..<(layout.stepCount + length - 1) / length).map {
      TextPart(layout, index: $0, length: length)
    }
    let output = variable(layout.tokenCount, outputSize)
    var states: [[SegmentState]] = []
    // Without a gradient, only the last states are kept, alternating between two memories.
    let memories = isRecording ? [workspace] : [workspace.inner.inner, workspace.inner.inner.inner]
    for part in parts {
      let tape = ofPart
      let result = body(tape, Variable(part.rows(of: input.value)), part, states.last)
      let rows = part.rows(of: output.value)
      rows.pointer.update(from: result.output.value.pointer, count: rows.count)
      if part.index + 1 < parts.count {
        let memory = memories[part.index % memories.count]
        if !isRecording {
          memory.reset()
          states.removeAll(keepingCapacity: true)
        }
        states.append(result.states.map { $0.copied(to: memory) })
      }
      tape.forget()
      workspace.inner.reset()
    }
    record { [self] in
      guard let gradient = output.gradient else { return }
      let target = input.gradientToAddTo(self)
      if !target.accumulate { target.matrix.fill(0) }
      // In memory that outlives a segment's.
      for variable in shared {
        let sum = variable.gradientToAddTo(self)
        if !sum.accumulate { sum.matrix.fill(0) }
      }
      for part in parts.reversed() {
        let tape = ofPart
        let rows = Variable(part.rows(of: input.value))
        let result = body(tape, rows, part, part.index == 0 ? nil : states[part.index - 1])
        let given = part.rows(of: gradient)
        result.output.gradientToAddTo(tape).matrix.pointer.update(from: given.pointer, count: given.count)
        tape.runBackward()
        if let own = rows.gradient {
          kernels.axpy(own.count, 1, own.pointer, part.rows(of: target.matrix).pointer)
        }
        workspace.inner.reset()
      }
    }
    return output
  }
}
