/// A layer's state after a segment of texts, from which the next segment starts.
/// No gradient flows back through it.
package enum SegmentState {
  /// The state of a recurrent layer.
  case recurrent(RecurrentState)
  /// The latest inputs of a self-attention block.
  case attention(AttentionMemory)

  /// A copy in a workspace's memory.
  package func copied(to workspace: Workspace) -> SegmentState {
    switch self {
    case .recurrent(let state):
      .recurrent(
        RecurrentState(
          hidden: workspace.copy(of: state.hidden), cells: workspace.copy(of: state.cells)))
    case .attention(let memory): .attention(AttentionMemory(memory, workspace.copy(of: memory.states)))
    }
  }
}

/// States of the last tokens before a segment, to which its tokens attend as to their own (Dai et al. 2019).
package struct AttentionMemory {
  /// The states of each token of all sequences, token by token  // [M N, F]
  package let states: Matrix
  /// N: the number of sequences that continue, or may continue, after these tokens.
  package let sequenceCount: Int

  /// M
  package var tokenCount: Int { states.rows / sequenceCount }

  fileprivate init(_ other: AttentionMemory, _ states: Matrix) {
    self.states = states
    sequenceCount = other.sequenceCount
  }

  /// The last tokens of a segment and of the memory before it.
  ///
  /// - Parameters:
  ///   - states: those of the segment  // [S, F]
  ///   - limit: the largest M.
  package init(
    before: AttentionMemory?, _ states: Matrix, _ layout: PackedLayout, limit: Int, _ workspace: Workspace
  ) {
    precondition(limit > 0, "a memory of \(limit) tokens")
    let count = layout.batchSizes[layout.stepCount - 1]
    let known = before?.tokenCount ?? 0
    let kept = min(limit, known + layout.stepCount)
    let result = workspace.matrix(kept * count, states.columns)
    for index in 0..<kept {
      let step = known + layout.stepCount - kept + index
      let source =
        step < known
        ? before.map { $0.states.row(step * $0.sequenceCount) }
        : states.row(layout.offsets[step - known])
      if let source { result.row(index * count).update(from: source, count: count * states.columns) }
    }
    self.states = result
    sequenceCount = count
  }

  /// The states of the first sequences  // [M n, F]
  package func states(ofFirst count: Int, _ workspace: Workspace) -> Matrix {
    precondition(count <= sequenceCount, "\(count) sequences, of \(sequenceCount)")
    if count == sequenceCount { return states }
    let result = workspace.matrix(tokenCount * count, states.columns)
    for step in 0..<tokenCount {
      result.row(step * count).update(
        from: states.row(step * sequenceCount), count: count * states.columns)
    }
    return result
  }
}
