import DiscernIO

/// Operations ordered so that each follows those that it needs: a `GraphProto`.
struct ONNXGraph: Sendable {
  let name: String
  var nodes: [ONNXNode] = []
  var tensors: [ONNXTensor] = []
  var inputs: [ONNXValue] = []
  var outputs: [ONNXValue] = []

  init(name: String) { self.name = name }

  var message: ProtobufMessage {
    var message = ProtobufMessage()
    for node in nodes { message.add(1, node.message) }
    message.add(2, name)
    for tensor in tensors { message.add(5, tensor.message) }
    for input in inputs { message.add(11, input.message) }
    for output in outputs { message.add(12, output.message) }
    return message
  }
}

/// A graph with the facts that a runtime needs: a `ModelProto`.
package struct ONNXModel: Sendable {
  /// The version of ONNX's own operator set.
  static let operatorSet = 17
  /// The version of the format that came with it.
  private static let formatVersion = 8

  let graph: ONNXGraph
  /// Metadata for people and programs, in order.
  let facts: [(key: String, value: String)]

  package var message: ProtobufMessage {
    var operators = ProtobufMessage()
    operators.add(1, "")
    operators.add(2, Self.operatorSet)
    var message = ProtobufMessage()
    message.add(1, Self.formatVersion)
    message.add(2, "discern")
    message.add(7, graph.message)
    message.add(8, operators)
    for (key, value) in facts {
      var entry = ProtobufMessage()
      entry.add(1, key)
      entry.add(2, value)
      message.add(14, entry)
    }
    return message
  }
}
