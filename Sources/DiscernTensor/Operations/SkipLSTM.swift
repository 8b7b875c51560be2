extension Tape {
  /// An LSTM layer over packed sequences whose directions each decide at every step whether to take it (Skip
  /// RNN: Campos et al. 2018); a state that is not updated is that of the step before.
  ///
  /// - Parameters:
  ///   - input, rows, layout: as `recurrentLayer` has them.
  ///   - directions: one (forward) or two (forward, backward).
  ///   - updateCost: of each step that is taken, in the loss: its gradient alone is recorded.
  /// - Returns: [S, directions · H], and how many steps were taken, of S in each direction.
  package func skipLSTM(
    _ input: Variable, rows: TokenRows?, layout: PackedLayout, directions: [SkipLSTMParameters],
    updateCost: Float = 0
  ) -> (output: Variable, taken: Int) {
    precondition(input.value.rows == rows?.rowCount ?? layout.tokenCount, "a row for each token or word")
    let output = variable(layout.tokenCount, directions.count * directions[0].recurrent.hiddenSize)
    let passes = directions.enumerated().map {
      SkipLSTMPass(
        self, $1, direction: $0, layout: layout, rowOfToken: rows?.rowOfToken, input: input.value,
        output: output.value)
    }
    let projections = passes.compactMap(\.projection)
    if !projections.isEmpty { project(input.value, directions.map(\.recurrent), into: projections) }
    let groups = SequenceGroups(
      count: layout.sequenceCount, threads: compute.threadCount, directions: directions.count)
    let taken = UnsafeMutablePointer<Int>.allocate(capacity: passes.count * groups.count)
    defer { taken.deallocate() }
    // Packed once, before several threads want it.
    for direction in directions where projections.isEmpty {
      _ = packed(direction.recurrent.inputWeight, .transposed)
    }
    compute.forEach(passes.count * groups.count) { task in
      taken[task] = passes[task / groups.count].runForward(groups[task % groups.count])
    }
    record { [self] in
      guard let outputGradient = output.gradient else { return }
      compute.forEach(passes.count * groups.count) { task in
        passes[task / groups.count].runBackward(
          groups[task % groups.count], outputGradient, cost: updateCost)
      }
      for pass in passes { pass.addGradients(rows, to: input.gradientToAddTo(self)) }
    }
    return (output, (0..<passes.count * groups.count).reduce(0) { $0 + taken[$1] })
  }
}
