import DiscernIO

/// An input or an output of a graph: a `ValueInfoProto`.
struct ONNXValue: Sendable, Equatable {
  /// A fixed size, or a named one that depends on the batch.
  enum Size: Sendable, Equatable {
    case fixed(Int)
    case any(String)
  }

  let name: String
  let type: ONNXType
  let shape: [Size]

  var message: ProtobufMessage {
    var sizes = ProtobufMessage()
    for size in shape {
      var dimension = ProtobufMessage()
      switch size {
      case .fixed(let count): dimension.add(1, count)
      case .any(let name): dimension.add(2, name)
      }
      sizes.add(1, dimension)
    }
    var tensor = ProtobufMessage()
    tensor.add(1, type.rawValue)
    tensor.add(2, sizes)
    var kind = ProtobufMessage()
    kind.add(1, tensor)
    var message = ProtobufMessage()
    message.add(1, name)
    message.add(2, kind)
    return message
  }
}
