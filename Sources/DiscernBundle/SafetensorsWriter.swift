import Crypto
import DiscernIO

/// Writes safetensors files whose bytes depend only on their contents: tensors in the reference
/// implementation's order (by type, wide ones first, then by the bytes of their names), metadata by key, the
/// header padded with spaces to a multiple of 8.
package struct SafetensorsWriter {
  /// A tensor's numbers, row-major.
  package enum Values {
    case float32([Float])
    case float64([Double])
    /// The same in memory that must last until the file is written.
    case floats(UnsafeBufferPointer<Float>)
    case doubles(UnsafeBufferPointer<Double>)
    /// IEEE 754 binary16, as bits.
    case float16([UInt16])
    case int8([Int8])
    case int32([Int32])
    case int64([Int64])

    var type: SafetensorsType {
      switch self {
      case .float32, .floats: .float32
      case .float64, .doubles: .float64
      case .float16: .float16
      case .int8: .int8
      case .int32: .int32
      case .int64: .int64
      }
    }

    var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .floats(let values): values.count
      case .doubles(let values): values.count
      case .float16(let values): values.count
      case .int8(let values): values.count
      case .int32(let values): values.count
      case .int64(let values): values.count
      }
    }
  }

  private struct Tensor {
    let name: String
    let shape: [Int]
    let values: Values
  }

  private var tensors: [Tensor] = []
  private var metadata: [(key: String, value: String)] = []

  package init() {}

  /// Adds a tensor; its name must be new, and not `__metadata__`. No copy is made.
  package mutating func add(_ name: String, shape: [Int], _ values: Values) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
      "tensor “\(name)” of shape \(shape) got \(values.count) values")
    precondition(
      !name.utf8.elementsEqual("__metadata__".utf8)
        && !tensors.contains { $0.name.utf8.elementsEqual(name.utf8) },
      "tensor “\(name)” is there already")
    tensors.append(Tensor(name: name, shape: shape, values: values))
  }

  /// Adds a tensor of single precision.
  package mutating func add(_ name: String, shape: [Int], _ values: [Float]) {
    add(name, shape: shape, .float32(values))
  }

  /// Adds an entry of `__metadata__`; its key must be new.
  package mutating func addMetadata(_ key: String, _ value: String) {
    precondition(
      !metadata.contains { $0.key.utf8.elementsEqual(key.utf8) }, "key “\(key)” is there already")
    metadata.append((key, value))
  }

  /// Writes a new file and syncs it. Throws if a number is NaN or infinite (before the file is made), naming
  /// tensor and index, and if the path is taken or the file cannot be written.
  package func write(to path: String) throws(BundleError) -> FileDigest {
    try requireFinite(path)
    var file = try FileWriter(path: path)
    try forEachPart { part throws(BundleError) in try file.write(part) }
    return try file.finish()
  }

  /// Writes a file outside an unfinished folder, completely or not at all.
  func write(to path: String, _ manner: OutputFile.Manner) throws(BundleError) {
    try requireFinite(path)
    do throws(InputError) {
      let file = try OutputFile(try OutputTarget(path: path), manner)
      try forEachPart { part throws(InputError) in try file.write(part) }
      try file.finish()
    } catch .unwritable(_, let reason) {
      throw .cannotWrite(path: path, reason: reason)
    } catch {
      throw .cannotWrite(path: path, reason: "\(error)")
    }
  }

  private func requireFinite(_ path: String) throws(BundleError) {
    for tensor in tensors {
      let bad: (index: Int, value: String)?
      switch tensor.values {
      case .float32(let values):
        bad = values.withUnsafeBufferPointer(firstNotFinite).map { ($0, "\(values[$0])") }
      case .floats(let values): bad = firstNotFinite(values).map { ($0, "\(values[$0])") }
      case .float64(let values):
        bad = values.firstIndex { !$0.isFinite }.map { ($0, "\(values[$0])") }
      case .doubles(let values):
        bad = values.firstIndex { !$0.isFinite }.map { ($0, "\(values[$0])") }
      case .float16(let values):
        bad = values.firstIndex { $0 & 0x7C00 == 0x7C00 }.map { ($0, "not finite") }
      case .int8, .int32, .int64: bad = nil
      }
      if let bad {
        throw .tensors(
          path: path,
          problem: .notFinite(tensor: tensor.name, index: bad.index, value: bad.value))
      }
    }
  }

  /// The digest of the file that `write` makes.
  package var digest: FileDigest {
    var hash = SHA256()
    var count = 0
    forEachPart { part in
      hash.update(bufferPointer: part)
      count += part.count
    }
    return FileDigest(bytes: count, sha256: hexadecimal(hash.finalize()))
  }

  /// Passes `sink` all bytes of the file.
  private func forEachPart<Failure: Error>(
    _ sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let image = SafetensorsImage(
      tensors.map { tensor in
        SafetensorsImage.Tensor(name: tensor.name, type: tensor.values.type, shape: tensor.shape) { _ in }
      }, metadata: metadata)
    try Self.give(image.head, to: sink) { $0 }
    for tensor in tensors.sorted(by: Self.precedes) {
      switch tensor.values {
      case .float32(let values): try Self.give(values, to: sink) { $0.bitPattern.littleEndian }
      case .float64(let values): try Self.give(values, to: sink) { $0.bitPattern.littleEndian }
      case .floats(let values): try Self.give(values, to: sink) { $0.bitPattern.littleEndian }
      case .doubles(let values): try Self.give(values, to: sink) { $0.bitPattern.littleEndian }
      case .float16(let values): try Self.give(values, to: sink) { $0.littleEndian }
      case .int8(let values): try Self.give(values, to: sink) { $0 }
      case .int32(let values): try Self.give(values, to: sink) { $0.littleEndian }
      case .int64(let values): try Self.give(values, to: sink) { $0.littleEndian }
      }
    }
  }

  private static func precedes(_ one: Tensor, _ other: Tensor) -> Bool {
    SafetensorsImage.precedes(one.name, one.values.type, other.name, other.values.type)
  }

  private static func give<
    Number: BitwiseCopyable, Bits: FixedWidthInteger & BitwiseCopyable, Failure: Error
  >(
    _ values: [Number], to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void, bits: (Number) -> Bits
  ) throws(Failure) {
    #if _endian(big)
      let numbers = values.map(bits)
    #else
      let numbers = values
    #endif
    try numbers.withUnsafeBufferPointer { (buffer) throws(Failure) in
      try sink(UnsafeRawBufferPointer(buffer))
    }
  }

  private static func give<
    Number: BitwiseCopyable, Bits: FixedWidthInteger & BitwiseCopyable, Failure: Error
  >(
    _ values: UnsafeBufferPointer<Number>, to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void,
    bits: (Number) -> Bits
  ) throws(Failure) {
    #if _endian(big)
      try give(Array(values), to: sink, bits: bits)
    #else
      try sink(UnsafeRawBufferPointer(values))
    #endif
  }
}
