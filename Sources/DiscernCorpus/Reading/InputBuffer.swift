import DiscernIO
import DiscernVocabulary
import Foundation

/// A window over a stream of bytes: what is read but not used yet, in one piece.
///
/// Memory: 256 KiB, or the longest record or look-ahead if that is more.
final class InputBuffer {
  let path: String
  private(set) var base: UnsafeMutablePointer<UInt8>
  /// The first byte that is not used yet. `more` moves it, so places are kept relative to it.
  private(set) var start = 0
  private(set) var end = 0
  private(set) var isAtEnd = false
  /// The number of the line that `start` stands on, from 1.
  private(set) var line = 1
  private var capacity = 1 << 18
  private let limit: Int
  private let fill: (UnsafeMutableRawBufferPointer) throws(InputError) -> Int

  /// The longest record that is accepted.
  static let recordLimit = 1 << 28

  init(
    path: String, limit: Int = recordLimit,
    fill: @escaping (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
  ) {
    self.path = path
    self.limit = limit
    self.fill = fill
    base = .allocate(capacity: capacity)
  }

  convenience init(_ source: ByteSource) {
    self.init(path: source.path) { buffer throws(InputError) in try source.read(into: buffer) }
  }

  /// A copy of bytes that are at hand.
  init(path: String, copying bytes: UnsafeBufferPointer<UInt8>) {
    self.path = path
    limit = Self.recordLimit
    fill = { _ in 0 }
    capacity = max(bytes.count, 1)
    base = .allocate(capacity: capacity)
    if let source = bytes.baseAddress { base.update(from: source, count: bytes.count) }
    end = bytes.count
    isAtEnd = true
  }

  deinit { base.deallocate() }

  var count: Int { end - start }
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: end - start) }

  /// Reads once more behind what is there. False at the end of the stream.
  func more() throws(CorpusError) -> Bool {
    if isAtEnd { return false }
    guard count <= limit else {
      throw .input(.lineTooLong(path: path, line: line, limit: limit))
    }
    if count * 2 > capacity {
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
      larger.update(from: base + start, count: count)
      base.deallocate()
      base = larger
      capacity *= 2
    } else if start > 0 {
      memmove(base, base + start, count)
    }
    end -= start
    start = 0
    do throws(InputError) {
      let read = try fill(UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end))
      end += read
      isAtEnd = read == 0
    } catch {
      throw .input(error)
    }
    return !isAtEnd
  }

  /// Tries to have `wanted` bytes at hand and returns what is there, at most `wanted`.
  func peek(_ wanted: Int) throws(CorpusError) -> UnsafeBufferPointer<UInt8> {
    while count < wanted, try more() {}
    return UnsafeBufferPointer(rebasing: bytes.prefix(wanted))
  }

  /// Drops a UTF-8 byte order mark at the very beginning; refuses UTF-16 and UTF-32.
  func skipByteOrderMark() throws(CorpusError) {
    let head = try peek(3)
    if head.count >= 2, (head[0] == 0xFF && head[1] == 0xFE) || (head[0] == 0xFE && head[1] == 0xFF) {
      throw .notUTF8(path: path, encoding: "UTF-16 or UTF-32")
    }
    if head.count == 3, head[0] == 0xEF, head[1] == 0xBB, head[2] == 0xBF { start += 3 }
  }

  /// Marks the next `used` bytes as used; they held `lines` line ends.
  func use(_ used: Int, lines: Int) {
    start += used
    line += lines
  }

  /// The next line without its line end (LF or CRLF), or nil at the end; it is used by that. Valid until
  /// the next call that reads.
  func takeLine() throws(CorpusError) -> UnsafeBufferPointer<UInt8>? {
    var scanned = 0
    while true {
      if let found = memchr(base + start + scanned, 0x0A, count - scanned) {
        let length = UnsafeRawPointer(found) - UnsafeRawPointer(base + start)
        defer { use(length + 1, lines: 1) }
        return withoutCarriageReturn(length)
      }
      scanned = count
      if try !more() { break }
    }
    let length = count
    if length == 0 { return nil }
    guard length <= limit else { throw .input(.lineTooLong(path: path, line: line, limit: limit)) }
    defer { use(length, lines: 1) }
    return withoutCarriageReturn(length)
  }

  private func withoutCarriageReturn(_ length: Int) -> UnsafeBufferPointer<UInt8> {
    let line = UnsafePointer(base + start)
    let dropped = length > 0 && line[length - 1] == 0x0D ? 1 : 0
    return UnsafeBufferPointer(start: line, count: length - dropped)
  }
}
