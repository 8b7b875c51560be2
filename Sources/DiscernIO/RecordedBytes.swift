/// Counts the bytes that pass through and, until told otherwise, keeps them, so that bytes consumed while
/// inspecting a stream's beginning can be read again.
final class RecordedBytes: ByteStage {
  private let upstream: any ByteStage
  private var isRecording: Bool
  private(set) var recorded: [UInt8] = []
  private(set) var count = 0

  init(_ upstream: any ByteStage, isRecording: Bool) {
    self.upstream = upstream
    self.isRecording = isRecording
  }

  var seekableSize: Int? { upstream.seekableSize }
  var isLive: Bool { upstream.isLive }

  func isReady(within wait: Duration) -> Bool { upstream.isReady(within: wait) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let read = try upstream.read(into: buffer)
    count += read
    if isRecording { recorded += buffer[..<read] }
    return read
  }

  func seek(to offset: Int) throws(InputError) { try upstream.seek(to: offset) }

  func stopRecording() {
    isRecording = false
    recorded = []
  }
}

/// Bytes in memory.
final class BytesAtHand: ByteStage {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var seekableSize: Int? { nil }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let count = min(buffer.count, rest.count)
    buffer.copyBytes(from: rest.prefix(count))
    rest = rest.dropFirst(count)
    return count
  }

  func seek(to offset: Int) throws(InputError) {}
}
