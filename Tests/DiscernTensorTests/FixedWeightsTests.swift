import DiscernTensor
import Foundation
import Testing

/// A fixed layer and a trained one.
private func layers() -> (layout: ParameterLayout, fixed: LinearParameters, learns: LinearParameters) {
  var layout = ParameterLayout()
  layout.isFixed = true
  let fixed = LinearParameters(&layout, prefix: "fixed", inputSize: 5, outputSize: 4, isQuantizable: true)
  layout.isFixed = false
  let learns = LinearParameters(&layout, prefix: "learns", inputSize: 4, outputSize: 3, isQuantizable: true)
  return (layout, fixed, learns)
}

@Suite struct FixedWeightsTests {
  @Test func copiesShareThemAndHaveAllElseOfTheirOwn() {
    let (layout, fixed, learns) = layers()
    let weights = Weights(layout: layout)
    weights.initialise(seed: 1)
    let copy = Weights(copying: weights)
    #expect(copy[fixed.weight].pointer == weights[fixed.weight].pointer)
    #expect(copy[learns.weight].pointer != weights[learns.weight].pointer)
    #expect(copy[learns.weight].array == weights[learns.weight].array)
    #expect(layout.trainedCount == 15 && layout.weightCount == 39)
    #expect(Set(weights.names) == ["fixed.weight", "fixed.bias", "learns.weight", "learns.bias"])
    let kept = weights.stateBuffers("w").map(\.name)
    #expect(kept.allSatisfy { !$0.contains("fixed") } && kept.count == 2, "\(kept)")
    let quantized = Weights(quantizing: weights)
    #expect(Set(quantized.quantized.keys) == ["fixed.weight", "learns.weight"])
    #expect(quantized["fixed.bias"]?.array == weights["fixed.bias"]?.array)
    #expect(quantized["learns.bias"]?.array == weights["learns.bias"]?.array)
  }

  @Test func gradientsGoThroughThem() {
    let (layout, fixed, learns) = layers()
    let weights = Weights(layout: layout)
    weights.initialise(seed: 1)
    let gradients = Gradients(layout: layout)
    gradients.reset()
    let tape = Tape(
      compute: Compute(threadCount: 1), workspace: Workspace(), weights: weights, gradients: gradients)
    withExtendedLifetime(tape) {
      let input = Variable(tape.workspace.matrix(2, 5))
      for index in 0..<10 { input.value.pointer[index] = sin(Float(index)) }
      let output = tape.linear(tape.linear(input, fixed), learns)
      output.gradientToAddTo(tape).matrix.fill(1)
      tape.runBackward()
      // dX = 1 W₂ W₁
      for column in 0..<5 {
        let expected = (0..<3).reduce(Float(0)) { sum, k in
          sum
            + (0..<4).reduce(0) {
              $0 + weights[learns.weight].row(k)[$1] * weights[fixed.weight].row($1)[column]
            }
        }
        #expect(abs((input.gradient?.row(1)[column] ?? .nan) - expected) < 1e-5)
      }
      #expect(gradients[learns.weight].array.contains { $0 != 0 })
    }
  }

  @Test func whatNeedsNoGradientsGivesItsMemoryBack() {
    let (layout, fixed, learns) = layers()
    let weights = Weights(layout: layout)
    weights.initialise(seed: 1)
    let tape = Tape(
      compute: Compute(threadCount: 1), workspace: Workspace(), weights: weights, gradients: nil)
    let input = Variable(tape.workspace.zeros(2, 3))
    let result = tape.releasing(into: input) { input in
      let other = Variable(tape.workspace.zeros(2, 5))
      for index in 0..<10 { other.value.pointer[index] = Float(index) }
      _ = input
      return tape.linear(tape.linear(other, fixed), learns)
    }
    #expect(result === input && input.value.array.contains { $0 != 0 })
    let next = tape.workspace.matrix(2, 5)
    #expect(next.pointer == input.value.pointer + 16)
  }
}
