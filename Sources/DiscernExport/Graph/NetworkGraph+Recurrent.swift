import DiscernTensor

extension NetworkGraph {
  /// A recurrent layer's states [time, batch, directions · H].
  func recurrent(_ directions: [RecurrentParameters], of states: String, _ graph: inout GraphBuilder)
    -> String
  {
    guard options.splitDirections, directions.count == 2 else {
      return layer(directions, directions.count == 2 ? "bidirectional" : "forward", of: states, &graph)
    }
    // Runtimes that ignore lengths, or do not support them, would start the backward direction after the
    // texts' ends: texts are reversed instead, and values computed after their ends are masked later.
    let turning = prefix + directions[1].inputWeight.name + ".turned"
    let turned = reversed(states, turning, &graph)
    let halves = [
      layer([directions[0]], "forward", of: states, &graph),
      reversed(layer([directions[1]], "forward", of: turned, &graph), turning + ".back", &graph),
    ]
    return graph.add(
      "Concat", halves, name(directions[0].inputWeight.name, "both"), [("axis", .int(2))])
  }

  private func layer(
    _ directions: [RecurrentParameters], _ direction: String, of states: String, _ graph: inout GraphBuilder
  ) -> String {
    let (cell, hidden) = (directions[0].cell, directions[0].hiddenSize)
    let name = prefix + directions[0].inputWeight.name
    let inputWeights = stack(directions.map(\.inputWeight), cell, name + ".W", &graph)
    let recurrentWeights = stack(directions.map(\.recurrentWeight), cell, name + ".R", &graph)
    let biases = directions.flatMap { direction in
      [direction.inputBias, direction.recurrentBias].flatMap { cell.inOrderOfONNX(weights[$0].array) }
    }
    let bias = graph.tensor(name + ".B", [directions.count, biases.count / directions.count], biases)
    var attributes: [(name: String, value: ONNXNode.Attribute)] = [
      ("hidden_size", .int(hidden)), ("direction", .string(direction)),
    ]
    // PyTorch's form, in which r is applied after the recurrent product and its bias.
    if cell == .gru { attributes.append(("linear_before_reset", .int(1))) }
    let result = graph.add(
      cell.operationOfONNX,
      [states, inputWeights, recurrentWeights, bias] + (options.splitDirections ? [] : [inputs.lengths]),
      name + ".Y", attributes)  // [time, directions, batch, H]
    if directions.count == 1 { return graph.add("Squeeze", [result, graph.list([1])], name + ".states") }
    let turned = graph.add("Transpose", [result], name + ".turned", [("perm", .ints([0, 2, 1, 3]))])
    return graph.add("Reshape", [turned, graph.list([0, 0, directions.count * hidden])], name + ".states")
  }
}
