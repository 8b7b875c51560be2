import DiscernSystem

/// The bytes of an input as UTF-8: unchanged, or converted from another encoding.
package final class DecodedBytes {
  private let source: (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
  /// The encoding that is read; nil if bytes are passed on unchanged.
  package private(set) var encoding: TextEncoding?
  /// Whether the encoding was recognised by a byte order mark.
  package private(set) var wasTold = false
  private var converter: EncodingConverter?
  private var readsMark: Bool
  private var block = ByteBuffer(capacity: 1 << 16)
  private var converted = ByteBuffer()
  private var position = 0
  private var isAtEnd = false

  /// - Parameters:
  ///   - encoding: nil for UTF-8.
  ///   - readsMark: whether a byte order mark of UTF-16 or UTF-32 determines the encoding if none is given.
  package init(
    encoding: TextEncoding?, readsMark: Bool,
    source: @escaping (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
  ) {
    self.source = source
    self.readsMark = readsMark && encoding == nil
    if let encoding, !encoding.isUTF8 { use(encoding) }
  }

  private func use(_ encoding: TextEncoding) {
    converter = EncodingConverter(encoding)
    self.encoding = encoding
  }

  /// Reads up to `buffer.count` bytes; 0 is the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    if readsMark {
      readsMark = false
      try readMark()
    }
    guard converter != nil else {
      return position < block.count ? passOn(&block, to: buffer) : try source(buffer)
    }
    while position == converted.count {
      if isAtEnd { return 0 }
      try convertBlock()
    }
    return passOn(&converted, to: buffer)
  }

  private func passOn(_ bytes: inout ByteBuffer, to buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - position)
    buffer.copyMemory(from: UnsafeRawBufferPointer(start: bytes.base + position, count: count))
    position += count
    return count
  }

  private func convertBlock() throws(InputError) {
    if block.count == 0 {
      let count = try source(block.freeSpace(atLeast: 1 << 15))
      block.added(count)
      isAtEnd = count == 0
    }
    converted.removeAll()
    position = 0
    converter?.convert(block.bytes, isLast: isAtEnd, into: &converted)
    block.removeAll()
  }

  /// Reads the first block, and more only as long as it may be an incomplete byte order mark.
  private func readMark() throws(InputError) {
    while block.count == 0 || block.count < 4 && ByteOrderMark.mayBegin(block.bytes) {
      let count = try source(block.freeSpace(atLeast: 1 << 15))
      block.added(count)
      if count == 0 { break }
    }
    guard let encoding = ByteOrderMark.encoding(of: block.bytes) else { return }
    wasTold = true
    use(encoding)
  }
}

/// The byte order marks of UTF-16 and UTF-32.
package enum ByteOrderMark {
  private static let marks: [(bytes: [UInt8], name: String)] = [
    ([0xFF, 0xFE, 0, 0], "UTF-32"), ([0, 0, 0xFE, 0xFF], "UTF-32"), ([0xFF, 0xFE], "UTF-16"),
    ([0xFE, 0xFF], "UTF-16"),
  ]

  /// The encoding that a mark indicates; nil without one. A mark of UTF-16 counts only if zero bytes follow,
  /// as in every line of UTF-16, or nothing: two unusual bytes before a text in another encoding are not a
  /// mark.
  package static func encoding(of bytes: UnsafeBufferPointer<UInt8>) -> TextEncoding? {
    guard let mark = marks.first(where: { bytes.starts(with: $0.bytes) }),
      bytes.count == mark.bytes.count || mark.bytes.count == 4 || bytes.contains(0)
    else { return nil }
    return TextEncoding(known: mark.name)
  }

  static func mayBegin(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    marks.contains { $0.bytes.starts(with: bytes) || bytes.starts(with: $0.bytes) }
  }
}
