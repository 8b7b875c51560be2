import DiscernTensor

/// A layer that reads texts segment by segment: it takes what it kept of the segment before, and keeps what
/// the next one continues from. No gradient crosses the border.
package protocol SegmentLayer: SequenceLayer {
  /// The layer for the segments of one pass.
  ///
  /// - Parameter length: tokens of a segment, at most.
  func opened(_ pass: Pass, length: Int) -> SegmentRun
}

/// A layer on its way through the segments of a pass.
package struct SegmentRun {
  /// The inputs of all segments besides their texts.
  let shared: [Variable]
  /// From a segment's rows [S, F], a pass over it and the state of the segment before (nil: texts begin
  /// here) to rows and a state.
  let step: (Variable, Pass, SegmentState?) -> (output: Variable, state: SegmentState)
}

/// Layers over segments of texts, so that training keeps what a pullback needs of one segment at a time.
package struct SegmentedLayers: SequenceLayer {
  private let layers: [any SegmentLayer]
  private let length: Int
  private let size: Int

  /// - Parameters:
  ///   - length: tokens of a segment; a text's first one begins with the text.
  ///   - size: features of the output.
  package init(_ layers: [any SegmentLayer], length: Int, size: Int) {
    self.layers = layers
    self.length = length
    self.size = size
  }

  package func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    // The gradient of an answer is not cut.
    let isWhole = pass.layout.stepCount <= length || pass.tape.isRecording && pass.tape.isOfAnswers
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
