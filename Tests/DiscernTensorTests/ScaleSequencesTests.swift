import DiscernTensor
import Foundation
import Testing

@Test func sequencesAreScaledByTheirOwnFactors() {
  let layout = PackedLayout(lengths: [3, 2, 2, 1])
  let factors: [Float] = [0.5, 0, -2, 1]
  let weights = Weights(layout: ParameterLayout())
  let tape = Tape(
    compute: Compute(threadCount: 2), workspace: Workspace(), weights: weights,
    gradients: Gradients(layout: weights.layout))
  withExtendedLifetime(tape) {
    let input = Variable(tape.workspace.matrix(layout.tokenCount, 3))
    for index in 0..<input.value.count { input.value.pointer[index] = Float(index) - 7.5 }
    let output = tape.scaleSequences(input, by: factors, layout: layout)
    let gradient = output.gradientToAddTo(tape).matrix
    for index in 0..<gradient.count { gradient.pointer[index] = sin(Float(index)) }
    tape.runBackward()
    for step in 0..<layout.stepCount {
      for n in 0..<layout.batchSizes[step] {
        let row = layout.offsets[step] + n
        for column in 0..<3 {
          #expect(output.value.row(row)[column] == factors[n] * input.value.row(row)[column])
          #expect(input.gradient?.row(row)[column] == factors[n] * gradient.row(row)[column])
        }
      }
    }
  }
}
