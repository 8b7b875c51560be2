import DiscernIO

/// A matrix of numbers from a file: NumPy's `.npy` (floats of 16, 32 or 64 bits, row-major), or a tensor of a
/// safetensors file.
package struct MatrixFile: Sendable {
  package let rows: Int
  package let columns: Int
  /// [rows, columns], finite.
  package let values: [Float]

  /// Reads a file; its first bytes show its kind.
  ///
  /// - Parameter tensor: the tensor's name in a safetensors file; nil: the only matrix in it.
  /// - Throws: `BundleError`. The size of the file is checked before memory is allocated.
  package init(path: String, tensor: String? = nil) throws(BundleError) {
    let reader = try FileReader(path: path)
    var head = [UInt8](repeating: 0, count: min(6, reader.size))
    try reader.fill(&head, at: 0)
    if head == NumPyHeader.magic {
      if tensor != nil {
        throw .matrix(
          path: path,
          reason: "it is a NumPy file, which has no named tensors; leave the name "
            + "out")
      }
      self = try Self(numpy: reader)
    } else {
      self = try Self(try SafetensorsFile(reader), tensor)
    }
    if rows == 0 || columns == 0 {
      throw .matrix(path: path, reason: "its shape is \(rows) x \(columns), so it contains no vectors")
    }
  }

  private init(rows: Int, columns: Int, values: [Float]) {
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  private init(_ file: SafetensorsFile, _ name: String?) throws(BundleError) {
    let matrices = file.header.tensors.filter { $0.shape.count == 2 }
    guard let chosen = name ?? (matrices.count == 1 ? matrices[0].name : nil) else {
      let names = matrices.isEmpty ? "none" : matrices.prefix(8).map(\.name).joined(separator: ", ")
      throw .matrix(
        path: file.path,
        reason: "it should have one matrix; it has \(DisplayText.escaped(names)). Name one (--tensor)")
    }
    let values = try file.floats(chosen)
    guard let shape = file.tensor(chosen)?.shape, shape.count == 2 else {
      throw .matrix(path: file.path, reason: "“\(DisplayText.escaped(chosen))” is not a matrix")
    }
    self.init(rows: shape[0], columns: shape[1], values: values)
  }

  private init(numpy reader: FileReader) throws(BundleError) {
    let path = reader.path
    let header = try NumPyHeader(reader)
    let (count, overflow) = header.rows.multipliedReportingOverflow(by: header.columns)
    let (bytes, tooLarge) = count.multipliedReportingOverflow(by: header.type.size)
    guard !overflow, !tooLarge, bytes == reader.size - header.size else {
      throw .matrix(
        path: path,
        reason:
          "its shape is \(header.rows) x \(header.columns), but \(reader.size - header.size) bytes follow; "
          + "the file is truncated or damaged")
    }
    let values: [Float]
    switch header.type {
    case .float16:
      var halves = [UInt16](repeating: 0, count: count)
      try reader.fill(&halves, at: header.size)
      values = halves.map { HalfPrecision.widen(UInt16(littleEndian: $0)) }
    case .float32:
      var words = [UInt32](repeating: 0, count: count)
      try reader.fill(&words, at: header.size)
      values = words.map { Float(bitPattern: UInt32(littleEndian: $0)) }
    case .float64:
      var words = [UInt64](repeating: 0, count: count)
      try reader.fill(&words, at: header.size)
      values = words.map { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
    }
    if let index = values.withUnsafeBufferPointer(firstNotFinite) {
      throw .matrix(
        path: path,
        reason:
          "row \(index / header.columns + 1), column \(index % header.columns + 1) is \(values[index]); "
          + "vectors must be finite in single precision")
    }
    self.init(rows: header.rows, columns: header.columns, values: values)
  }
}
