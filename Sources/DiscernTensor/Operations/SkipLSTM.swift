extension Tape {
  /// An LSTM layer over packed sequences whose directions each decide at every step whether to take it (Skip
  /// RNN: Campos et al. 2018); a skipped step keeps the previous state.
  ///
  /// - Parameters:
  ///   - input, rows, layout: as for `recurrentLayer`.
  ///   - directions: one (forward) or two (forward, backward).
  ///   - updateCost: the loss of each step that is taken; only its gradient is recorded.
  /// - Returns: [S, directions · H], and the number of steps taken, of S in each direction.
  package func skipLSTM(
    _ input: Variable, rows: TokenRows?, layout: PackedLayout, directions: [SkipLSTMParameters],
    updateCost: Float = 0
  ) -> (output: Variable, taken: Int) {
    precondition(input.value.rows == rows?.rowCount ?? layout.tokenCount, "a row for each token or word")
    let (recurrent, size) = (directions.map(\.recurrent), directions[0].recurrent.hiddenSize)
    // Computed in advance for distinct words, with gradients and in 8 bits; otherwise only for steps that are
    // taken.
    let isInEightBits = packed(recurrent[0].inputWeight, .transposed).integers != nil
    let projections =
      rows != nil || isRecording || isInEightBits
      ? directions.map { _ in workspace.matrix(input.value.rows, 4 * size) } : []
    if !projections.isEmpty { project(input.value, recurrent, into: projections) }
    let (output, taken, passes, groups) = runSkipping(
      directions, layout, rowOfToken: rows?.rowOfToken, input: input.value, projections)
    record { [self] in
      guard let outputGradient = output.gradient else { return }
      compute.forEach(passes.count * groups.count) { task in
        passes[task / groups.count].runBackward(
          groups[task % groups.count], outputGradient, cost: updateCost)
      }
      for pass in passes { pass.addGradients(rows, to: input.gradientToAddTo(self)) }
    }
    return (output, taken)
  }

  /// The first layer over a batch's distinct words, without gradients; `nil` if the cache cannot hold them.
  ///
  /// - Parameters: as for `recurrentLayer`.
  package func skipLSTM(
    words: [Int32], rows: TokenRows, layout: PackedLayout, directions: [SkipLSTMParameters],
    cache: ProjectionCache, vectors: ([Int32]) -> Variable
  ) -> (output: Variable, taken: Int)? {
    guard
      let rowOfToken = cache.rows(
        ofWords: words, rows, directions.map(\.recurrent), vectors: vectors, on: self)
    else { return nil }
    let run = runSkipping(
      directions, layout, rowOfToken: rowOfToken, input: nil, directions.indices.map { cache.matrix($0) })
    return (run.output, run.taken)
  }

  /// - Parameter projections: by direction; empty: computed from the input for the steps that are taken.
  private func runSkipping(
    _ directions: [SkipLSTMParameters], _ layout: PackedLayout, rowOfToken: [Int32]?, input: Matrix?,
    _ projections: [Matrix]
  ) -> (output: Variable, taken: Int, passes: [SkipLSTMPass], groups: SequenceGroups) {
    let output = variable(layout.tokenCount, directions.count * directions[0].recurrent.hiddenSize)
    let passes = directions.enumerated().map {
      SkipLSTMPass(
        self, $1, direction: $0, layout: layout, rowOfToken: rowOfToken, input: input,
        projection: projections.isEmpty ? nil : projections[$0], output: output.value)
    }
    let groups = SequenceGroups(
      count: layout.sequenceCount, threads: compute.threadCount, directions: directions.count)
    let taken = UnsafeMutablePointer<Int>.allocate(capacity: passes.count * groups.count)
    defer { taken.deallocate() }
    // Packed once, before several threads need it.
    for direction in directions where projections.isEmpty {
      _ = packed(direction.recurrent.inputWeight, .transposed)
    }
    compute.forEach(passes.count * groups.count) { task in
      taken[task] = passes[task / groups.count].runForward(groups[task % groups.count])
    }
    return (output, (0..<passes.count * groups.count).reduce(0) { $0 + taken[$1] }, passes, groups)
  }
}
