import DiscernTensor
import Foundation
import Testing

/// The gradient of Σ cos(i) yᵢ with respect to an operation's input, and by differences.
private func compare(
  _ layout: ParameterLayout, _ weights: Weights, rows: Int, columns: Int, zeroRow: Int? = nil,
  _ operation: (Tape, Variable) -> Variable
) {
  func run(_ values: [Float], _ gradients: Gradients?) -> (sum: Double, gradient: [Float]) {
    let tape = Tape(
      compute: Compute(threadCount: 2), workspace: Workspace(), weights: weights, gradients: gradients)
    return withExtendedLifetime(tape) {
      let input = Variable(tape.workspace.matrix(rows, columns))
      input.value.pointer.update(from: values, count: values.count)
      let output = operation(tape, input)
      let sum = output.value.array.enumerated().reduce(0.0) {
        $0 + cos(Double($1.offset)) * Double($1.element)
      }
      guard gradients != nil else { return (sum, []) }
      let target = output.gradientToAddTo(tape).matrix
      for index in 0..<target.count { target.pointer[index] = Float(cos(Double(index))) }
      tape.runBackward()
      return (sum, input.gradient?.array ?? [])
    }
  }
  let values = (0..<rows * columns).map { $0 / columns == zeroRow ? 0 : sin(Float($0) * 1.3) + 0.2 }
  let gradients = Gradients(layout: layout)
  gradients.reset()
  let gradient = run(values, gradients).gradient
  for index in values.indices where index / columns != zeroRow {
    var (up, down) = (values, values)
    (up[index], down[index]) = (up[index] + 1e-2, down[index] - 1e-2)
    let difference = (run(up, nil).sum - run(down, nil).sum) / 2e-2
    #expect(abs(Double(gradient[index]) - difference) < 2e-3, "\(index): \(gradient[index]), \(difference)")
  }
  #expect(!gradient.contains { !$0.isFinite })
}

@Suite struct FeatureOperationTests {
  @Test func rowsOfTheLengthOneHaveTheirGradient() {
    let layout = ParameterLayout()
    compare(layout, Weights(layout: layout), rows: 4, columns: 7) { $0.unitLength($1) }
    compare(layout, Weights(layout: layout), rows: 3, columns: 5, zeroRow: 1) { tape, input in
      let output = tape.unitLength(input)
      #expect((0..<5).allSatisfy { output.value.row(1)[$0] == 0 })
      return output
    }
  }

  @Test func featuresGetTheMeanZeroAndTheDeviationOne() {
    var layout = ParameterLayout()
    let scaling = ColumnScaling(&layout, prefix: "features", size: 3)
    let weights = Weights(layout: layout)
    weights.initialise(seed: 1)
    // The last column is the same everywhere.
    let rows: [Float] = [1, 10, 4, 2, 30, 4, 3, 20, 4, 6, 0, 4]
    weights.fit(scaling, to: rows)
    let tape = Tape(
      compute: Compute(threadCount: 1), workspace: Workspace(), weights: weights, gradients: nil)
    let input = Variable(tape.workspace.matrix(4, 3))
    input.value.pointer.update(from: rows, count: rows.count)
    let scaled = tape.scale(input, by: scaling).value
    for column in 0..<3 {
      let values = (0..<4).map { Double(scaled.row($0)[column]) }
      let mean = values.reduce(0, +) / 4
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
      #expect(abs(mean) < 1e-6 && abs(variance - (column == 2 ? 0 : 1)) < 1e-5)
    }
    compare(layout, weights, rows: 4, columns: 3) { $0.scale($1, by: scaling) }
  }

  @Test func theFirstTokensAreTheirSequencesOwn() {
    let packed = PackedLayout(lengths: [3, 2, 2, 1])
    let layout = ParameterLayout()
    compare(layout, Weights(layout: layout), rows: packed.tokenCount, columns: 2) { tape, input in
      let output = tape.firstTokenPooling(input, layout: packed)
      #expect(output.value.rows == 4)
      return output
    }
  }
}
