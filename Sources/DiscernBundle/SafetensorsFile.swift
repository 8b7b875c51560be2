import DiscernIO
import DiscernSystem

/// A safetensors file, open for reading, whose header was checked in full.
///
/// The sizes claimed by the header are compared with that of the file before any memory is allocated for
/// them. Tensors are read on demand, directly into their destination.
package struct SafetensorsFile: Sendable {
  package let path: String
  package let header: SafetensorsHeader
  private let reader: FileReader
  private let dataStart: Int
  private let indices: [[UInt8]: Int]

  /// Opens and checks a file. Throws `BundleError.tensors` for every violation of the format; with `digest`,
  /// also if the file's size or SHA-256 differs (the file is then read twice).
  package init(path: String, digest: FileDigest? = nil) throws(BundleError) {
    let reader = try FileReader(path: path)
    if let digest { try digest.check(reader) }
    try self.init(reader)
  }

  /// Checks an open file.
  init(_ reader: FileReader) throws(BundleError) {
    let path = reader.path
    guard reader.size >= 8 else {
      throw .tensors(path: path, problem: .shorterThanItsLengthField(bytes: reader.size))
    }
    var lengthBytes = [UInt8](repeating: 0, count: 8)
    try reader.fill(&lengthBytes, at: 0)
    let length = lengthBytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let count = Int(exactly: length), count <= SafetensorsHeader.limit else {
      throw .tensors(
        path: path, problem: .headerTooLong(length: length, limit: SafetensorsHeader.limit))
    }
    guard count <= reader.size - 8 else {
      throw .tensors(
        path: path, problem: .headerPastTheEnd(length: count, available: reader.size - 8))
    }
    var json = [UInt8](repeating: 0, count: count)
    try reader.fill(&json, at: 8)
    let header: SafetensorsHeader
    do throws(SafetensorsFailure) {
      header = try SafetensorsHeader(json: json, dataCount: reader.size - 8 - count)
    } catch {
      throw .tensors(path: path, problem: error.problem)
    }
    self.init(path, header, reader, dataStart: 8 + count)
  }

  /// Some of the file's tensors, as if they were a file of their own.
  ///
  /// - Parameter name: maps a tensor's name to its name in the view; nil: it is left out.
  func view(_ name: (String) -> String?) -> SafetensorsFile {
    var tensors: [SafetensorsHeader.Tensor] = []
    for tensor in header.tensors {
      guard let own = name(tensor.name) else { continue }
      tensors.append(
        SafetensorsHeader.Tensor(name: own, type: tensor.type, shape: tensor.shape, range: tensor.range))
    }
    return SafetensorsFile(
      path, SafetensorsHeader(tensors: tensors, metadata: []), reader, dataStart: dataStart)
  }

  private init(_ path: String, _ header: SafetensorsHeader, _ reader: FileReader, dataStart: Int) {
    self.path = path
    self.header = header
    self.reader = reader
    self.dataStart = dataStart
    indices = Dictionary(
      uniqueKeysWithValues: header.tensors.enumerated().map { (Array($1.name.utf8), $0) })
  }

  /// The bytes before the data, as in the file.
  func head() throws(BundleError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: dataStart)
    try reader.fill(&bytes, at: 0)
    return bytes
  }

  /// Whether the file was written to since it was opened.
  func isChanged() throws(BundleError) -> Bool { try reader.isChanged() }

  /// The tensor of that name (compared by bytes), or nil.
  package func tensor(_ name: String) -> SafetensorsHeader.Tensor? {
    indices[Array(name.utf8)].map { header.tensors[$0] }
  }

  /// A tensor's bytes as in the file: row-major, little-endian.
  package func bytes(_ name: String) throws(BundleError) -> [UInt8] {
    let tensor = try required(name)
    var bytes = [UInt8](repeating: 0, count: tensor.range.count)
    try reader.fill(&bytes, at: dataStart + tensor.range.lowerBound)
    return bytes
  }

  /// Passes the same bytes to `sink`, a megabyte at a time in reused memory, so that large tensors are hashed
  /// in the cache.
  func forEachPart(
    of name: String, _ sink: ([UInt8]) throws(BundleError) -> Void
  ) throws(BundleError) {
    let range = try required(name).range
    var part = [UInt8](repeating: 0, count: min(1 << 20, range.count))
    var offset = range.lowerBound
    while offset < range.upperBound {
      if part.count > range.upperBound - offset { part.removeLast(part.count - range.upperBound + offset) }
      try reader.fill(&part, at: dataStart + offset)
      try sink(part)
      offset += part.count
    }
  }

  /// A tensor of type F32, or F16 or BF16 widened (which is exact), row-major.
  ///
  /// Throws like `read`.
  package func floats(_ name: String, shape: [Int]? = nil) throws(BundleError) -> [Float] {
    var values = [Float](repeating: 0, count: try requiredFloats(name, shape).count)
    try values.withUnsafeMutableBufferPointer { (target) throws(BundleError) in
      try read(name, shape: shape, into: target)
    }
    return values
  }

  /// Reads such a tensor directly into `target`, a megabyte at a time, since embedding tables are large.
  ///
  /// Throws if there is no tensor of this name, type, `shape` and size, and at the first value that is NaN or
  /// infinite; the values read until then are in `target`. Cost: one read, one pass.
  package func read(
    _ name: String, shape: [Int]? = nil, into target: UnsafeMutableBufferPointer<Float>
  ) throws(BundleError) {
    let tensor = try requiredFloats(name, shape)
    try requireSize(of: tensor, target.count)
    var done = 0
    while done < target.count {
      let part = UnsafeMutableBufferPointer(
        rebasing: target[done..<min(done + Self.chunk, target.count)])
      try fill(part, tensor, at: done)
      if let index = firstNotFinite(UnsafeBufferPointer(part)) {
        throw .tensors(
          path: path, problem: .notFinite(tensor: name, index: done + index, value: "\(part[index])"))
      }
      done += part.count
    }
  }

  /// The number of values read at a time, so that they are checked in the processor's cache.
  private static var chunk: Int { 1 << 18 }

  /// Fills `part` with a tensor's numbers from number `first` on.
  private func fill(
    _ part: UnsafeMutableBufferPointer<Float>, _ tensor: SafetensorsHeader.Tensor, at first: Int
  ) throws(BundleError) {
    let start = dataStart + tensor.range.lowerBound + first * tensor.type.bits / 8
    switch tensor.type {
    case .float32:
      try reader.read(at: start, into: UnsafeMutableRawBufferPointer(part))
      #if _endian(big)
        for index in part.indices {
          part[index] = Float(bitPattern: UInt32(littleEndian: part[index].bitPattern))
        }
      #endif
    default:
      let halves = try numbers(at: start, count: part.count, as: UInt16.self)
      for (index, half) in halves.enumerated() {
        part[index] =
          tensor.type == .float16 ? HalfPrecision.widen(half) : Float(bitPattern: UInt32(half) << 16)
      }
    }
  }

  /// A tensor of type F64; otherwise like `floats`.
  package func doubles(_ name: String, shape: [Int]? = nil) throws(BundleError) -> [Double] {
    var values = [Double](repeating: 0, count: try requiredDoubles(name, shape).count)
    try values.withUnsafeMutableBufferPointer { (target) throws(BundleError) in
      try read(name, shape: shape, into: target)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .tensors(
        path: path, problem: .notFinite(tensor: name, index: index, value: "\(values[index])"))
    }
    return values
  }

  /// Reads a tensor of type F64 directly into `target`, whatever its numbers.
  ///
  /// Throws if there is no tensor of this name, type, `shape` and size.
  package func read(
    _ name: String, shape: [Int]? = nil, into target: UnsafeMutableBufferPointer<Double>
  ) throws(BundleError) {
    let tensor = try requiredDoubles(name, shape)
    try requireSize(of: tensor, target.count)
    try reader.read(
      at: dataStart + tensor.range.lowerBound, into: UnsafeMutableRawBufferPointer(target))
    #if _endian(big)
      for index in target.indices {
        target[index] = Double(bitPattern: UInt64(littleEndian: target[index].bitPattern))
      }
    #endif
  }

  /// A tensor of type I8.
  package func int8s(_ name: String, shape: [Int]? = nil) throws(BundleError) -> [Int8] {
    let tensor = try required(name, shape: shape)
    guard tensor.type == .int8 else { throw wrongType(tensor, "I8") }
    return try numbers(tensor, as: Int8.self)
  }

  /// A tensor of type I32.
  package func int32s(_ name: String, shape: [Int]? = nil) throws(BundleError) -> [Int32] {
    let tensor = try required(name, shape: shape)
    guard tensor.type == .int32 else { throw wrongType(tensor, "I32") }
    return try numbers(tensor, as: Int32.self)
  }

  /// A tensor of type I64.
  package func int64s(_ name: String, shape: [Int]? = nil) throws(BundleError) -> [Int64] {
    let tensor = try required(name, shape: shape)
    guard tensor.type == .int64 else { throw wrongType(tensor, "I64") }
    return try numbers(tensor, as: Int64.self)
  }

  private func required(
    _ name: String, shape: [Int]? = nil
  ) throws(BundleError) -> SafetensorsHeader.Tensor {
    guard let tensor = tensor(name) else {
      throw .tensors(path: path, problem: .noTensor(name: name))
    }
    if let shape, shape != tensor.shape {
      throw .tensors(
        path: path, problem: .wrongShape(tensor: name, expected: shape, got: tensor.shape))
    }
    return tensor
  }

  /// The header's entry for a tensor that `floats` can read.
  @discardableResult func requiredFloats(
    _ name: String, _ shape: [Int]?
  ) throws(BundleError) -> SafetensorsHeader.Tensor {
    let tensor = try required(name, shape: shape)
    switch tensor.type {
    case .float32, .float16, .bfloat16: return tensor
    default: throw wrongType(tensor, "F32, F16 or BF16")
    }
  }

  private func requiredDoubles(
    _ name: String, _ shape: [Int]?
  ) throws(BundleError) -> SafetensorsHeader.Tensor {
    let tensor = try required(name, shape: shape)
    guard tensor.type == .float64 else { throw wrongType(tensor, "F64") }
    return tensor
  }

  private func requireSize(of tensor: SafetensorsHeader.Tensor, _ count: Int) throws(BundleError) {
    guard tensor.count == count else {
      throw .tensors(
        path: path, problem: .wrongShape(tensor: tensor.name, expected: [count], got: tensor.shape))
    }
  }

  private func wrongType(_ tensor: SafetensorsHeader.Tensor, _ expected: String) -> BundleError {
    .tensors(
      path: path,
      problem: .wrongType(tensor: tensor.name, expected: expected, got: tensor.type.rawValue))
  }

  private func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ tensor: SafetensorsHeader.Tensor, as type: Number.Type
  ) throws(BundleError) -> [Number] {
    try numbers(
      at: dataStart + tensor.range.lowerBound, count: tensor.range.count / MemoryLayout<Number>.size, as: type
    )
  }

  private func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, count: Int, as type: Number.Type
  ) throws(BundleError) -> [Number] {
    var values = [Number](repeating: 0, count: count)
    try reader.fill(&values, at: offset)
    #if _endian(big)
      for index in values.indices { values[index] = Number(littleEndian: values[index]) }
    #endif
    return values
  }
}

/// The index of the first NaN or infinity. Cost: one pass; a block at a time, so that it vectorises.
package func firstNotFinite(_ values: UnsafeBufferPointer<Float>) -> Int? {
  let block = 4096
  var start = 0
  while start < values.count {
    let end = min(start + block, values.count)
    var largest: UInt32 = 0
    for index in start..<end {
      largest = max(largest, values[index].bitPattern & 0x7FFF_FFFF)
    }
    if largest >= 0x7F80_0000 { return (start..<end).first { !values[$0].isFinite } }
    start = end
  }
  return nil
}
