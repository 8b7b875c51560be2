import DiscernTensor
import TestSupport
import Testing

private func weights(_ count: Int) -> (Weights, Parameter, Parameter, EmbeddingTable) {
  var layout = ParameterLayout()
  let table = layout.addTable("table", rows: 3, columns: 2)
  let matrix = layout.add("matrix", [1, count])
  let bias = layout.add("bias", [count])
  return (Weights(layout: layout), matrix, bias, table)
}

@Test func theSmallestBecomeZerosAndOfEqualOnesTheFirst() {
  let (weights, matrix, bias, table) = weights(8)
  let values: [Float] = [0.5, -0.25, 0.25, -3, 0.25, 1e-30, -0.75, 2]
  for (index, value) in values.enumerated() {
    weights[matrix].pointer[index] = value
    weights[bias].pointer[index] = value
  }
  for index in 0..<6 { weights[table].pointer[index] = Float(index) - 2.5 }
  let pruned = weights.prune(0.5)
  #expect(pruned.zeros == 7 && pruned.weights == 14 && pruned.tensors == 2)
  #expect(weights[matrix].array == [0.5, 0, 0, -3, 0, 0, -0.75, 2])
  #expect(weights[bias].array == values)
  #expect(weights[table].array == [-2.5, 0, 0, 0, 1.5, 2.5])
}

/// Against a sort.
@Test func anyShareIsCountedExactly() {
  var generator = SeededGenerator(seed: 3)
  for share in [0, 0.001, 0.3, 1 / 3, 0.5, 0.999] as [Double] {
    let count = 1000
    let (weights, matrix, _, _) = weights(count)
    let values = (0..<count).map { _ in
      Float(Int.random(in: -40...40, using: &generator)) * Float.random(in: 0.9...1, using: &generator)
    }
    for (index, value) in values.enumerated() { weights[matrix].pointer[index] = value }
    _ = weights.prune(share)
    var expected = values
    let order = values.indices.sorted { (values[$0].magnitude, $0) < (values[$1].magnitude, $1) }
    for index in order.prefix(Int((share * Double(count)).rounded(.toNearestOrEven))) { expected[index] = 0 }
    #expect(weights[matrix].array == expected)
  }
}
