import DiscernIO

/// The number types of a graph; the raw values are ONNX's.
enum ONNXType: Int, Sendable {
  case float32 = 1
  case int8 = 3
  case int32 = 6
  case int64 = 7
  case bool = 9
}

/// A weight or another constant of a graph: a `TensorProto`.
struct ONNXTensor: Sendable {
  let name: String
  let type: ONNXType
  let shape: [Int]
  /// Row-major, little-endian.
  let bytes: [UInt8]

  init(_ name: String, _ shape: [Int], _ values: [Float]) {
    self.init(name, .float32, shape, values)
  }

  init(_ name: String, _ shape: [Int], _ values: [Int8]) {
    self.init(name, .int8, shape, values)
  }

  init(_ name: String, _ shape: [Int], _ values: [Int64]) {
    self.init(name, .int64, shape, values)
  }

  init(_ name: String, _ shape: [Int], _ values: [Int32]) {
    self.init(name, .int32, shape, values)
  }

  private init(_ name: String, _ type: ONNXType, _ shape: [Int], _ values: [some BitwiseCopyable]) {
    precondition(values.count == shape.reduce(1, *), "\(values.count) values for \(name) \(shape)")
    self.name = name
    self.type = type
    self.shape = shape
    // All supported machines are little-endian.
    bytes = values.withUnsafeBytes { Array($0) }
  }

  var message: ProtobufMessage {
    var message = ProtobufMessage()
    for size in shape { message.add(1, size) }
    message.add(2, type.rawValue)
    message.add(8, name)
    message.add(9, bytes: bytes)
    return message
  }
}
