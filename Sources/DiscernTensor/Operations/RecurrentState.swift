/// The states of a layer's forward direction between two runs over the same texts; the next run begins from
/// them instead of zeros. No gradient flows back over the border (truncated back-propagation through time).
package struct RecurrentState {
  /// h of each sequence.  // [N, H]
  package let hidden: Matrix
  /// An LSTM's c; without columns for other cells.  // [N, H]
  package let cells: Matrix

  package init(hidden: Matrix, cells: Matrix) {
    self.hidden = hidden
    self.cells = cells
  }
}

extension Tape {
  /// One forward layer over segments of texts.
  ///
  /// - Parameters:
  ///   - initial: the states after the previous segment, at least a row for each sequence of this layout;
  ///     `nil`: texts begin here. It is read until the pullback has run.
  ///   - input, rows, layout, weightDropout: as for `recurrentLayer`.
  /// - Returns: [S, H], and each sequence's state after its last step, in memory of the workspace.
  package func recurrentLayer(
    _ input: Variable, rows: TokenRows?, layout: PackedLayout, _ parameters: RecurrentParameters,
    from initial: RecurrentState?, weightDropout: DropoutMask? = nil
  ) -> (output: Variable, state: RecurrentState) {
    let (output, passes) = wholeRecurrentLayer(
      input, rows: rows, layout: layout, directions: [parameters],
      recurrent: [recurrentWeights(parameters, weightDropout)], from: initial)
    let hidden = workspace.matrix(layout.sequenceCount, parameters.hiddenSize)
    for (n, length) in layout.lengths.enumerated() {
      hidden.row(n).update(
        from: output.value.row(layout.offsets[length - 1] + n), count: parameters.hiddenSize)
    }
    return (output, RecurrentState(hidden: hidden, cells: passes[0].cells))
  }
}
