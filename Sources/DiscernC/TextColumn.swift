import CDiscern

/// A column of texts from a caller, all of whose offsets have been checked.
struct TextColumn {
  let count: Int
  private let column: discern_column

  /// - Throws: `InterfaceError` if a number is impossible, or an offset is outside the data. Cost: linear.
  init(_ pointer: UnsafePointer<discern_column>?) throws(InterfaceError) {
    guard let column = pointer?.pointee else { throw .null("texts") }
    self.column = column
    try Self.check("length", column.length, in: 0...Int64(Int.max / 64))
    try Self.check("offset", column.offset, in: 0...Int64.max)
    // The limit that keeps a multiplication by an offset's size from overflowing.
    try Self.check("offset_count", column.offset_count, in: 0...Int64.max / 8)
    try Self.check("data_size", column.data_size, in: 0...Int64.max)
    try Self.check("validity_size", column.validity_size, in: 0...Int64.max)
    guard column.offset_bits == 32 || column.offset_bits == 64 else {
      throw .outOfRange(name: "offset_bits", value: Int64(column.offset_bits), expected: "32 or 64")
    }
    count = Int(column.length)
    if count == 0 { return }
    let (end, isTooLarge) = column.offset.addingReportingOverflow(column.length)
    if isTooLarge || end == .max {
      throw .outOfRange(
        name: "offset", value: column.offset, expected: "fewer than the maximum number of rows")
    }
    guard column.offsets != nil else { throw .null("offsets") }
    guard column.offset_count > end else {
      throw .outOfRange(
        name: "offset_count", value: column.offset_count, expected: "at least offset + length + 1")
    }
    if column.validity != nil, column.validity_size < end / 8 + (end % 8 == 0 ? 0 : 1) {
      throw .outOfRange(
        name: "validity_size", value: column.validity_size, expected: "a bit for each row")
    }
    if column.data == nil, column.data_size > 0 { throw .null("data") }
    try checkOffsets()
  }

  private static func check(
    _ name: String, _ value: Int64, in range: ClosedRange<Int64>
  ) throws(InterfaceError) {
    guard range.contains(value) else {
      throw .outOfRange(name: name, value: value, expected: "\(range.lowerBound) to \(range.upperBound)")
    }
  }

  private func checkOffsets() throws(InterfaceError) {
    var start = offset(0)
    for row in 0..<count {
      let end = offset(row + 1)
      guard start >= 0, end >= start, end <= column.data_size else {
        throw .brokenOffsets(row: row, start: start, end: end, size: column.data_size)
      }
      start = end
    }
  }

  /// Arrow aligns its buffers, but other callers' buffers may have any address.
  private func offset(_ row: Int) -> Int64 {
    guard let offsets = column.offsets else { return 0 }
    let index = Int(column.offset) + row
    return column.offset_bits == 64
      ? offsets.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
      : Int64(offsets.loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
  }

  /// The row's text; nil if there is none.
  subscript(row: Int) -> UnsafeBufferPointer<UInt8>? {
    if let validity = column.validity {
      let bit = Int(column.offset) + row
      if validity[bit / 8] >> UInt8(bit % 8) & 1 == 0 { return nil }
    }
    let start = Int(offset(row))
    let size = Int(offset(row + 1)) - start
    guard let data = column.data, size > 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(start: data + start, count: size)
  }
}
