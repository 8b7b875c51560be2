import DiscernIO

/// One operation of a graph: a `NodeProto`.
struct ONNXNode: Sendable {
  /// A parameter of an operation other than its inputs: an `AttributeProto`.
  enum Attribute: Sendable {
    case int(Int)
    case ints([Int])
    case float(Float)
    case string(String)
    case graph(ONNXGraph)
  }

  let type: String
  let inputs: [String]
  let outputs: [String]
  let attributes: [(name: String, value: Attribute)]

  var message: ProtobufMessage {
    var message = ProtobufMessage()
    for input in inputs { message.add(1, input) }
    for output in outputs { message.add(2, output) }
    message.add(3, outputs[0])
    message.add(4, type)
    for (name, value) in attributes { message.add(5, value.message(name)) }
    return message
  }
}

extension ONNXNode.Attribute {
  fileprivate func message(_ name: String) -> ProtobufMessage {
    var message = ProtobufMessage()
    message.add(1, name)
    let type: Int
    switch self {
    case .float(let value):
      message.add(2, value)
      type = 1
    case .int(let value):
      message.add(3, value)
      type = 2
    case .string(let value):
      message.add(4, value)
      type = 3
    case .graph(let graph):
      message.add(6, graph.message)
      type = 5
    case .ints(let values):
      for value in values { message.add(8, value) }
      type = 7
    }
    message.add(20, type)
    return message
  }
}
