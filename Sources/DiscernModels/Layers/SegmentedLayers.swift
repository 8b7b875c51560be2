import DiscernTensor

/// A layer that reads texts segment by segment: each segment starts from the state after the previous one. No
/// gradient crosses the border between them.
package protocol SegmentLayer: SequenceLayer {
  /// The layer's run over the segments of one pass.
  ///
  /// - Parameter length: the maximum number of tokens in a segment.
  func opened(_ pass: Pass, length: Int) -> SegmentRun
}

/// A layer's run over the segments of one pass.
package struct SegmentRun {
  /// The inputs of all segments in addition to their texts.
  let shared: [Variable]
  /// Maps a segment's rows [S, F], a pass over it and the previous segment's state (nil: texts begin here) to
  /// rows and a state.
  let step: (Variable, Pass, SegmentState?) -> (output: Variable, state: SegmentState)
}

/// Layers that run over segments of texts, so that training keeps the values of a backward pass for only one
/// segment at a time.
package struct SegmentedLayers: SequenceLayer {
  private let layers: [any SegmentLayer]
  private let length: Int
  private let size: Int

  /// - Parameters:
  ///   - length: the maximum number of tokens in a segment; a text's first segment begins with the text.
  ///   - size: features of the output.
  package init(_ layers: [any SegmentLayer], length: Int, size: Int) {
    self.layers = layers
    self.length = length
    self.size = size
  }

  package func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    // An answer's gradient is not cut.
    let isWhole = pass.layout.stepCount <= length || pass.tape.isRecording && pass.tape.isInference
    if isWhole { return layers.reduce(input) { $1($0, pass) } }
    let runs = layers.map { $0.opened(pass, length: length) }
    let output = pass.tape.bySegment(
      input.tokens(pass), layout: pass.layout, length: length, outputSize: size,
      sharing: runs.flatMap(\.shared)
    ) { tape, rows, part, states in
      let own = pass.segment(tape, part)
      var (values, kept) = (rows, [SegmentState]())
      for (index, run) in runs.enumerated() {
        let result = run.step(values, own, states?[index])
        values = result.output
        kept.append(result.state)
      }
      return (values, kept)
    }
    return Sequences(output)
  }

  package func describe(to description: inout NetworkDescription) {
    for layer in layers { layer.describe(to: &description) }
  }
}
