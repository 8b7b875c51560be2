/// word2vec's binary format, which gensim writes too: a line with the numbers of rows and components, then
/// for each row a token, a space, the numbers as 32-bit floats in little-endian order and, usually, a
/// newline.
struct Word2VecBinary {
  static let name = "word2vec's binary format"
  private static let tokenLimit = 1 << 12

  /// The numbers of rows and components, if `head` begins like such a file.
  static func header(in head: UnsafeBufferPointer<UInt8>) -> (rows: Int, dimension: Int)? {
    guard let newline = head.prefix(64).firstIndex(of: 0x0A) else { return nil }
    let line = UnsafeBufferPointer(rebasing: head[..<newline])
    let fields = VectorRow.fields(of: line).map { String(decoding: line[$0], as: UTF8.self) }
    guard fields.count == 2, let rows = Int(fields[0]), let dimension = Int(fields[1]), rows > 0,
      (1...VectorRow.dimensionLimit).contains(dimension)
    else { return nil }
    let body = UnsafeBufferPointer(rebasing: head[(newline + 1)...])
    return isText(body, dimension: dimension) ? nil : (rows, dimension)
  }

  /// Whether the first row is a line of numbers, or might be a damaged one.
  private static func isText(_ body: UnsafeBufferPointer<UInt8>, dimension: Int) -> Bool {
    let line = UnsafeBufferPointer(rebasing: body.prefix { $0 != 0x0A })
    let fields = VectorRow.fields(of: line)
    if fields.count > dimension,
      fields.suffix(dimension).allSatisfy({
        DecimalFloat.parse(UnsafeBufferPointer(rebasing: line[$0])) != .malformed
      })
    {
      return true
    }
    guard let space = body.firstIndex(of: 0x20) else { return true }
    let numbers = body[(space + 1)...].prefix(4 * dimension)
    // Printable ASCII alone proves nothing, but numbers of four such bytes each are rare.
    return numbers.allSatisfy { (0x20..<0x7F).contains($0) || (0x09...0x0D).contains($0) }
  }

  /// Reads the rows that are wanted.
  static func read(
    _ stream: VectorStream, rowCount: Int, dimension: Int, into rows: inout VectorRows
  ) throws(WordVectorsError) {
    func damaged(_ row: Int, _ reason: String) -> WordVectorsError {
      .damagedBinary(path: stream.path, format: name, offset: stream.offset, reason: reason)
    }
    _ = try stream.take(before: 0x0A, limit: 64)
    for row in 1...rowCount {
      guard var token = try stream.take(before: 0x20, limit: tokenLimit) else {
        throw damaged(row, "row \(row) of \(rowCount) has no token")
      }
      // The newline of the row before.
      if token.first == 0x0A { token = UnsafeBufferPointer(rebasing: token.dropFirst()) }
      if rows.vocabulary == nil, String(validating: token, as: UTF8.self) == nil {
        throw .invalidUTF8(path: stream.path, line: row + 1)
      }
      let place = rows.place(of: token)
      if case .dropped = place {
        guard try stream.skip(4 * dimension) else {
          throw damaged(row, "row \(row) of \(rowCount) is truncated")
        }
        continue
      }
      guard let bytes = try stream.take(4 * dimension) else {
        throw damaged(row, "row \(row) of \(rowCount) is truncated")
      }
      guard let numbers = Self.numbers(bytes) else {
        throw damaged(row, "a number of row \(row) is not finite")
      }
      if case .unknown = place { rows.unknownRow = numbers } else { rows.values += numbers }
    }
    while let byte = try stream.take(1)?.first {
      if byte != 0x0A {
        throw damaged(
          rowCount,
          "there is more data after the \(rowCount) rows given in the "
            + "header")
      }
    }
  }

  /// Little-endian 32-bit floats; nil if one is not finite.
  static func numbers(_ bytes: UnsafeBufferPointer<UInt8>) -> [Float]? {
    let raw = UnsafeRawBufferPointer(bytes)
    var result: [Float] = []
    result.reserveCapacity(bytes.count / 4)
    for offset in stride(from: 0, to: bytes.count, by: 4) {
      let value = Float(
        bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      guard value.isFinite else { return nil }
      result.append(value)
    }
    return result
  }
}
