import DiscernSystem

/// Splits bytes into lines at 0x0A and nowhere else (U+0085, U+2028 and a lone 0x0D are text).
///
/// Memory: the longest line, at least 128 KiB. A last line without a newline counts as a line.
package final class LineReader {
  /// The number of the line that `next` returned last, from 1; 0 before the first.
  @usableFromInline package internal(set) var lineNumber = 0
  /// Whether that line ended with a newline; only the last line may lack one.
  package private(set) var endedWithNewline = false

  /// The offset of the next line in the stream, in bytes.
  @inlinable package var nextLineOffset: Int { filled - (end - start) }

  /// The number of bytes after the buffer's end that may be read, though their content is undefined.
  private static let slack = 16

  private let path: String
  private let limit: Int
  private let dropsCarriageReturn: Bool
  @usableFromInline package var dropsByteOrderMark: Bool
  private let fill: (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
  @usableFromInline package var buffer: UnsafeMutableRawPointer
  private var capacity: Int
  @usableFromInline package var start = 0
  @usableFromInline package var end = 0
  private var isAtEnd = false
  @usableFromInline package var filled = 0

  /// - Parameters:
  ///   - dropsCarriageReturn: whether one 0x0D before the newline (or the end) is dropped.
  ///   - dropsByteOrderMark: whether EF BB BF at the very start is dropped.
  ///   - limit: the longest line allowed, in bytes.
  package convenience init(
    _ source: ByteSource, dropsCarriageReturn: Bool = true, dropsByteOrderMark: Bool = true,
    limit: Int = 1 << 28
  ) {
    self.init(
      path: source.path, dropsCarriageReturn: dropsCarriageReturn,
      dropsByteOrderMark: dropsByteOrderMark, limit: limit
    ) { buffer throws(InputError) in try source.read(into: buffer) }
  }

  /// Lines of the current member of an archive; `path` is for messages.
  package convenience init(
    _ archive: ArchiveReader, path: String, dropsCarriageReturn: Bool = true,
    dropsByteOrderMark: Bool = true, limit: Int = 1 << 28
  ) {
    self.init(
      path: path, dropsCarriageReturn: dropsCarriageReturn, dropsByteOrderMark: dropsByteOrderMark,
      limit: limit
    ) { buffer throws(InputError) in try archive.read(into: buffer) }
  }

  /// Lines of the bytes that `fill` reads.
  package init(
    path: String, dropsCarriageReturn: Bool, dropsByteOrderMark: Bool, limit: Int,
    fill: @escaping (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
  ) {
    self.path = path
    self.limit = limit
    self.dropsCarriageReturn = dropsCarriageReturn
    self.dropsByteOrderMark = dropsByteOrderMark
    self.fill = fill
    capacity = 1 << 17
    buffer = .allocate(byteCount: capacity + Self.slack, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// The next line without its newline, or nil at the end. The bytes are valid until the next call.
  /// Throws `InputError`. Cost: one `memchr` and, for each line that crosses a block, one move.
  package func next() throws(InputError) -> UnsafeBufferPointer<UInt8>? {
    var scanned = start
    while true {
      if scanned < end, let found = memchr(buffer + scanned, 0x0A, end - scanned) {
        let lineEnd = UnsafeMutableRawPointer(found) - buffer
        return try line(to: lineEnd, next: lineEnd + 1, hasNewline: true)
      }
      scanned = end
      if isAtEnd {
        if start == end { return nil }
        return try line(to: end, next: end, hasNewline: false)
      }
      if end - start > limit + 1 {
        throw .lineTooLong(path: path, line: lineNumber + 1, limit: limit)
      }
      scanned -= start
      try refill()
      scanned += start
    }
  }

  /// Makes the next line number 1.
  package func countLinesFromHere() { lineNumber = 0 }

  /// Skips complete lines in the buffer, beginning with the next one, as long as `isDone` accepts them, and
  /// returns their number. The line is given as its first byte and its newline, from which on sixteen bytes
  /// may be read.
  @inlinable @inline(__always)
  package func skip(
    to limit: Int?, while isDone: (UnsafePointer<UInt8>, UnsafePointer<UInt8>) -> Bool
  ) -> Int {
    if lineNumber == 0, dropsByteOrderMark { return 0 }
    let bytes = UnsafePointer(buffer.assumingMemoryBound(to: UInt8.self))
    var position = start
    var stop = end
    if let limit { stop = min(stop, start + (limit - nextLineOffset)) }
    var count = 0
    while position < stop, let found = memchr(bytes + position, 0x0A, end - position) {
      let newline = UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
      guard isDone(bytes + position, newline) else { break }
      position = newline - bytes + 1
      count += 1
    }
    start = position
    lineNumber += count
    return count
  }

  private func line(to lineEnd: Int, next: Int, hasNewline: Bool) throws(InputError)
    -> UnsafeBufferPointer<UInt8>?
  {
    var first = start
    var last = lineEnd
    lineNumber += 1
    start = next
    endedWithNewline = hasNewline
    if dropsByteOrderMark {
      dropsByteOrderMark = false
      if last - first >= 3, memcmp(buffer + first, [0xEF, 0xBB, 0xBF] as [UInt8], 3) == 0 {
        first += 3
        if first == last, !hasNewline {  // the mark alone is an empty file
          lineNumber = 0
          return nil
        }
      }
    }
    if dropsCarriageReturn, last > first, buffer.load(fromByteOffset: last - 1, as: UInt8.self) == 0x0D {
      last -= 1
    }
    guard last - first <= limit else { throw .lineTooLong(path: path, line: lineNumber, limit: limit) }
    return UnsafeBufferPointer(
      start: (buffer + first).assumingMemoryBound(to: UInt8.self), count: last - first)
  }

  /// Moves the unfinished line to the front, makes room if it fills the buffer, and reads once.
  private func refill() throws(InputError) {
    let rest = end - start
    if rest * 2 > capacity {
      let larger = UnsafeMutableRawPointer.allocate(
        byteCount: capacity * 2 + Self.slack, alignment: 16)
      larger.copyMemory(from: buffer + start, byteCount: rest)
      buffer.deallocate()
      buffer = larger
      capacity *= 2
    } else if start > 0 {
      memmove(buffer, buffer + start, rest)
    }
    start = 0
    end = rest
    let count = try fill(UnsafeMutableRawBufferPointer(start: buffer + end, count: capacity - end))
    end += count
    filled += count
    isAtEnd = count == 0
  }
}
