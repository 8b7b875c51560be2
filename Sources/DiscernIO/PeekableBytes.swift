/// A stage whose first bytes can be inspected before they are read.
final class PeekableBytes: ByteStage {
  private let upstream: any ByteStage
  private(set) var head: [UInt8] = []
  private var headOffset = 0
  private var isAtEnd = false

  init(_ upstream: any ByteStage) { self.upstream = upstream }

  var seekableSize: Int? { upstream.seekableSize }
  var isLive: Bool { upstream.isLive }

  func isReady(within wait: Duration) -> Bool {
    headOffset < head.count || isAtEnd || upstream.isReady(within: wait)
  }

  /// Reads once, to extend `head` towards `count` bytes. False if there are no more. Only for use before the
  /// first `read`.
  func extendHead(to count: Int) throws(InputError) -> Bool {
    guard head.count < count, !isAtEnd else { return false }
    let old = head.count
    head.append(contentsOf: repeatElement(0, count: count - old))
    var got = 0
    var failure: InputError?
    head.withUnsafeMutableBytes { bytes in
      do throws(InputError) {
        got = try upstream.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[old...]))
      } catch {
        failure = error
      }
    }
    head.removeLast(count - old - got)
    if let failure { throw failure }
    isAtEnd = got == 0
    return got > 0
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    if headOffset < head.count {
      let count = min(buffer.count, head.count - headOffset)
      head.withUnsafeBytes { bytes in
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[headOffset..<headOffset + count]))
      }
      headOffset += count
      return count
    }
    if isAtEnd { return 0 }
    return try upstream.read(into: buffer)
  }

  func seek(to offset: Int) throws(InputError) {
    headOffset = head.count
    isAtEnd = false
    try upstream.seek(to: offset)
  }
}
