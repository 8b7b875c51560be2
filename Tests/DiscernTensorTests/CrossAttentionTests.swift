import DiscernIO
import DiscernTensor
import Foundation
import Testing

/// Ragged sequences that attend to other ragged ones, in another order.
private struct CrossCase {
  let layout = PackedLayout(lengths: [5, 3, 3, 1])
  let keyLayout = PackedLayout(lengths: [7, 6, 2, 2, 1])
  let keySequences = [3, 0, 4, 1]
  let heads: Int
  let size = 6

  func numbers(_ rows: Int, _ number: Int) -> [Double] {
    let stream = RandomStream(seed: 3, purpose: .initialisation, number: number)
    return (0..<rows * size).map { Double(stream.normal($0)) }
  }

  /// The output in Double, one head of one token at a time.
  func reference(_ query: [Double], _ key: [Double], _ value: [Double]) -> [Double] {
    var output = [Double](repeating: 0, count: query.count)
    let head = size / heads
    for (sequence, other) in keySequences.enumerated() {
      for step in 0..<layout.lengths[sequence] {
        let row = layout.offsets[step] + sequence
        let rows = (0..<keyLayout.lengths[other]).map { keyLayout.offsets[$0] + other }
        for first in stride(from: 0, to: size, by: head) {
          let columns = first..<first + head
          let scores = rows.map { keyRow in
            columns.reduce(0.0) { $0 + query[row * size + $1] * key[keyRow * size + $1] }
              / Double(head).squareRoot()
          }
          let sum = scores.reduce(0) { $0 + exp($1) }
          for (index, keyRow) in rows.enumerated() {
            for column in columns {
              output[row * size + column] += exp(scores[index]) / sum * value[keyRow * size + column]
            }
          }
        }
      }
    }
    return output
  }
}

@Test(arguments: [1, 2, 3]) func crossAttentionIsThatOfTheFormula(heads: Int) throws {
  let one = CrossCase(heads: heads)
  let (rows, keyRows) = (one.layout.tokenCount, one.keyLayout.tokenCount)
  let inputs = [one.numbers(rows, 1), one.numbers(keyRows, 2), one.numbers(keyRows, 3)]
  let weight = one.numbers(rows, 4)
  for threads in [1, 3] {
    var layout = ParameterLayout()
    _ = layout.add("none", [1])
    let weights = Weights(layout: layout)
    let workspace = Workspace()
    let tape = Tape(
      compute: Compute(threadCount: threads), workspace: workspace, weights: weights,
      gradients: Gradients(layout: layout))
    let variables = inputs.map { numbers in
      let matrix = workspace.matrix(numbers.count / one.size, one.size)
      for (index, value) in numbers.enumerated() { matrix.pointer[index] = Float(value) }
      return Variable(matrix)
    }
    let output = tape.crossAttention(
      query: variables[0], layout: one.layout, key: variables[1], value: variables[2],
      keyLayout: one.keyLayout, keySequences: one.keySequences, heads: heads)
    let expected = one.reference(inputs[0], inputs[1], inputs[2])
    for (value, expected) in zip(output.value.array, expected) {
      #expect(abs(Double(value) - expected) < 1e-6)
    }
    let gradient = output.gradientToAddTo(tape).matrix
    for (index, value) in weight.enumerated() { gradient.pointer[index] = Float(value) }
    tape.runBackward()
    for (number, variable) in variables.enumerated() {
      let slopes = try #require(variable.gradient).array
      for index in 0..<slopes.count {
        func sum(_ step: Double) -> Double {
          var moved = inputs
          moved[number][index] += step
          return zip(one.reference(moved[0], moved[1], moved[2]), weight).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let difference = (sum(1e-5) - sum(-1e-5)) / 2e-5
        #expect(abs(Double(slopes[index]) - difference) < 1e-5, "\(number) \(index)")
      }
    }
  }
}

/// Without gradients several sequences may attend to one, each as it would alone.
@Test func severalSequencesAttendToOne() {
  let one = CrossCase(heads: 2)
  var layout = ParameterLayout()
  _ = layout.add("none", [1])
  let workspace = Workspace()
  let tape = Tape(
    compute: Compute(threadCount: 2), workspace: workspace, weights: Weights(layout: layout), gradients: nil)
  func variable(_ numbers: [Double]) -> Variable {
    let matrix = workspace.matrix(numbers.count / one.size, one.size)
    for (index, value) in numbers.enumerated() { matrix.pointer[index] = Float(value) }
    return Variable(matrix)
  }
  let (key, value) = (
    variable(one.numbers(one.keyLayout.tokenCount, 2)), variable(one.numbers(one.keyLayout.tokenCount, 3))
  )
  let queries = one.numbers(3, 1)
  func attend(_ numbers: [Double], _ sequences: [Int]) -> [UInt32] {
    tape.crossAttention(
      query: variable(numbers), layout: PackedLayout(lengths: sequences.map { _ in 1 }), key: key,
      value: value,
      keyLayout: one.keyLayout, keySequences: sequences, heads: 2
    ).value.array.map(\.bitPattern)
  }
  let together = attend(queries, [1, 1, 4])
  for (row, sequence) in [1, 1, 4].enumerated() {
    let range = row * one.size..<(row + 1) * one.size
    #expect(attend(Array(queries[range]), [sequence]) == Array(together[range]))
  }
}

@Test func tanhHasItsValuesAndGradient() throws {
  var layout = ParameterLayout()
  _ = layout.add("none", [1])
  let workspace = Workspace()
  let tape = Tape(
    compute: Compute(threadCount: 2), workspace: workspace, weights: Weights(layout: layout),
    gradients: Gradients(layout: layout))
  let input = Variable(workspace.matrix(3, 5))
  for index in 0..<15 { input.value.pointer[index] = Float(index - 7) / 3 }
  // Read twice, so that gradients are added.
  let outputs = [tape.tanh(input), tape.tanh(input)]
  for (factor, output) in zip([Float(2), 3], outputs) {
    for index in 0..<15 {
      #expect(abs(Double(output.value.pointer[index]) - tanh(Double(index - 7) / 3)) < 1e-6)
    }
    output.gradientToAddTo(tape).matrix.fill(factor)
  }
  tape.runBackward()
  let slopes = try #require(input.gradient).array
  for (index, slope) in slopes.enumerated() {
    let value = tanh(Double(index - 7) / 3)
    #expect(abs(Double(slope) - 5 * (1 - value * value)) < 1e-5)
  }
}
