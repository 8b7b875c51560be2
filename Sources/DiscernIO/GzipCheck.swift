import DiscernSystem

/// Verifies the checksums of a gzip file, which libarchive's filter ignores (as of 3.7).
///
/// It observes the compressed input and the plain output. The ends of members cannot be seen from outside the
/// decompressor, so two interpretations are tried: one member, whose trailer is the file's last eight bytes,
/// or several, each with its trailer before the next member's header. One of them must give the output's CRC
/// and length (RFC 1952, section 2.3.1).
final class GzipCheck: ByteStage {
  var seekableSize: Int? { nil }
  private let upstream: any ByteStage
  private let path: String

  private var output = CRC32()
  private var earlierMembers = CRC32()
  private var hasEarlierMembers = false
  /// The latest bytes: the current block, preceded by 17 bytes, which may contain a trailer (8) and the
  /// beginning of a header (9 of 10).
  private var window: [UInt8] = []
  private var windowOffset = 0
  /// The last bytes up to the last one that is not zero, and the number of zeros after it: tapes and some
  /// programs pad files, and a trailer may itself end in zeros.
  private var tail: [UInt8] = []
  private var zeros = 0

  init(_ upstream: any ByteStage, path: String) {
    self.upstream = upstream
    self.path = path
  }

  func seek(to offset: Int) throws(InputError) {
    throw .unreadable(path: path, reason: "compressed data can only be read in order")
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let count = try upstream.read(into: buffer)
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    watch(bytes)
    watchTail(bytes)
    return count
  }

  /// Adds plain bytes.
  func add(_ bytes: UnsafeRawBufferPointer) { output.add(bytes) }

  /// To be called when the decompressor has finished.
  func finish() throws(InputError) {
    // It may have stopped before the end of the file.
    let rest = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { rest.deallocate() }
    while try read(into: rest) > 0 {}
    guard windowOffset + window.count >= 18 else {
      throw .corrupt(path: path, reason: "gzip data without a trailer")
    }
    let end = tail + [UInt8](repeating: 0, count: min(zeros, 8))
    for position in max(tail.count, 8)...max(end.count, 8) where position <= end.count {
      let last = Self.trailer(endingAt: position, of: end)
      if last.crc == output.crc, last.length == output.length % (1 << 32) { return }
      if hasEarlierMembers {
        let whole = earlierMembers.followed(by: last)
        if whole.crc == output.crc, whole.length == output.length { return }
      }
    }
    // Trailers contain lengths modulo 4 GiB; beyond that, the CRCs cannot be combined.
    if hasEarlierMembers, output.length >= 1 << 32 { return }
    throw .corrupt(path: path, reason: "the gzip checksum does not match, or other bytes follow the data")
  }

  private func watchTail(_ bytes: UnsafeRawBufferPointer) {
    guard let last = bytes.lastIndex(where: { $0 != 0 }) else {
      zeros += bytes.count
      return
    }
    if last < 16 {
      tail += [UInt8](repeating: 0, count: min(zeros, 16)) + bytes[...last]
      tail = tail.suffix(16)
    } else {
      tail = Array(bytes[(last - 15)...last])
    }
    zeros = bytes.count - 1 - last
  }

  /// Looks for the headers of further members.
  private func watch(_ bytes: UnsafeRawBufferPointer) {
    let kept = min(window.count, 17)
    windowOffset += window.count - kept
    window.removeFirst(window.count - kept)
    window.append(contentsOf: bytes)
    let first = max(8, 18 - windowOffset)
    window.withUnsafeBytes { window in
      guard let base = window.baseAddress else { return }
      var position = first
      while position + 10 <= window.count,
        let found = memchr(base + position, 0x1F, window.count - 9 - position)
      {
        position = UnsafeRawPointer(found) - base
        if Self.isHeader(UnsafeRawBufferPointer(rebasing: window[position...])) {
          hasEarlierMembers = true
          earlierMembers = earlierMembers.followed(by: Self.trailer(endingAt: position, of: window))
        }
        position += 1
      }
    }
  }

  /// Magic, deflate, no reserved flags, and a valid compression level and operating system.
  private static func isHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes[1] == 0x8B && bytes[2] == 8 && bytes[3] < 0x20 && [0, 2, 4].contains(bytes[8])
      && (bytes[9] < 20 || bytes[9] == 255)
  }

  private static func trailer(endingAt end: Int, of bytes: some RandomAccessCollection<UInt8>) -> CRC32 {
    func word(_ offset: Int) -> UInt32 {
      (0..<4).reduce(0) { word, byte in
        let index = bytes.index(bytes.startIndex, offsetBy: end - offset + byte)
        return word | UInt32(bytes[index]) << UInt32(8 * byte)
      }
    }
    return CRC32(crc: word(8), length: UInt64(word(4)))
  }
}
