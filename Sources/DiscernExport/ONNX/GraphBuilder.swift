/// Adds operations to a graph one after the other, and names their outputs.
struct GraphBuilder {
  private(set) var graph: ONNXGraph
  private var names: Set<String> = []

  init(name: String) { graph = ONNXGraph(name: name) }

  /// The name, with a number if it is taken.
  private mutating func free(_ name: String) -> String {
    var result = name
    var number = 2
    while !names.insert(result).inserted {
      result = "\(name).\(number)"
      number += 1
    }
    return result
  }

  /// Adds an operation with one output.
  ///
  /// - Returns: the output's name.
  mutating func add(
    _ type: String, _ inputs: [String], _ name: String,
    _ attributes: [(name: String, value: ONNXNode.Attribute)] = []
  ) -> String {
    add(type, inputs, outputs: [name], attributes)[0]
  }

  /// Adds an operation with several outputs.
  ///
  /// - Returns: the outputs' names.
  mutating func add(
    _ type: String, _ inputs: [String], outputs: [String],
    _ attributes: [(name: String, value: ONNXNode.Attribute)] = []
  ) -> [String] {
    let outputs = outputs.map { free($0) }
    graph.nodes.append(ONNXNode(type: type, inputs: inputs, outputs: outputs, attributes: attributes))
    return outputs
  }

  mutating func input(_ name: String, _ type: ONNXType, _ shape: [ONNXValue.Size]) -> String {
    let name = free(name)
    graph.inputs.append(ONNXValue(name: name, type: type, shape: shape))
    return name
  }

  /// Makes a value an output of the graph, under a separate name.
  mutating func output(_ value: String, as name: String, _ type: ONNXType, _ shape: [ONNXValue.Size]) {
    let name = add("Identity", [value], name)
    graph.outputs.append(ONNXValue(name: name, type: type, shape: shape))
  }

  mutating func tensor(_ name: String, _ shape: [Int], _ values: [Float]) -> String {
    let name = free(name)
    graph.tensors.append(ONNXTensor(name, shape, values))
    return name
  }

  mutating func tensor(_ name: String, _ shape: [Int], _ values: [Int8]) -> String {
    let name = free(name)
    graph.tensors.append(ONNXTensor(name, shape, values))
    return name
  }

  /// Small constants are stored once.
  mutating func list(_ values: [Int]) -> String {
    let name = "list." + values.map(String.init).joined(separator: ".")
    if names.insert(name).inserted {
      graph.tensors.append(ONNXTensor(name, [values.count], values.map(Int64.init)))
    }
    return name
  }

  mutating func number(_ value: Int) -> String {
    let name = "int64.\(value)"
    if names.insert(name).inserted { graph.tensors.append(ONNXTensor(name, [], [Int64(value)])) }
    return name
  }

  mutating func number32(_ value: Int32) -> String {
    let name = "int32.\(value)"
    if names.insert(name).inserted { graph.tensors.append(ONNXTensor(name, [], [value])) }
    return name
  }

  mutating func number(_ value: Float) -> String {
    let name = "float.\(value)"
    if names.insert(name).inserted { graph.tensors.append(ONNXTensor(name, [], [value])) }
    return name
  }
}
