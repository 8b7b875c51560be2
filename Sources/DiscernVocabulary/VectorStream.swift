import DiscernIO

/// The bytes of a vector file in order, whose first ones can be inspected before they are read: an input
/// other than a plain file can be opened only once. Pointers are valid until the next call.
final class VectorStream {
  let path: String
  /// The number of bytes that have been read.
  private(set) var offset = 0
  private let source: ByteSource
  private let isInterrupted: () -> Bool
  private var buffer: UnsafeMutableBufferPointer<UInt8>
  private var start = 0
  private var end = 0
  private var isAtEnd = false

  /// The number of bytes inspected, and the minimum size of the buffer.
  private static let headSize = 1 << 16

  /// - Parameter isInterrupted: called before every read; if true, the read throws `InputError.interrupted`.
  init(path: String, isInterrupted: @escaping () -> Bool = { false }) throws(WordVectorsError) {
    self.path = path
    self.isInterrupted = isInterrupted
    do throws(InputError) { source = try ByteSource(path: path) } catch { throw .input(error) }
    buffer = .allocate(capacity: Self.headSize)
    buffer.initialize(repeating: 0)
    while end < Self.headSize, try refill(for: Self.headSize) {}
  }

  deinit { buffer.deallocate() }

  /// The first bytes, up to 64 KiB. Only to be called before the first read.
  var head: UnsafeBufferPointer<UInt8> { bytes(0..<end) }

  /// The file's size if it is plain.
  var plainSize: Int? { source.plainSize }

  /// Reads the available bytes and returns their number; 0 at the end.
  func read(into target: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    guard start < end else {
      if isInterrupted() { throw .interrupted }
      let count = isAtEnd ? 0 : try source.read(into: target)
      offset += count
      isAtEnd = count == 0
      return count
    }
    let count = min(end - start, target.count)
    target.copyMemory(from: UnsafeRawBufferPointer(bytes(start..<start + count)))
    advance(count)
    return count
  }

  /// The next `count` bytes; nil if there are fewer. The buffer grows no faster than bytes arrive.
  func take(_ count: Int) throws(WordVectorsError) -> UnsafeBufferPointer<UInt8>? {
    while end - start < count { if try !refill(for: count) { return nil } }
    defer { advance(count) }
    return bytes(start..<start + count)
  }

  /// The bytes before the next `byte`, which is skipped; nil if it does not come within `limit` bytes.
  func take(before byte: UInt8, limit: Int) throws(WordVectorsError) -> UnsafeBufferPointer<UInt8>? {
    var searched = 0
    while true {
      if let place = buffer[start + searched..<end].firstIndex(of: byte) {
        let found = start..<place
        advance(place + 1 - start)
        return bytes(found)
      }
      searched = end - start
      if searched > limit { return nil }
      if try !refill(for: searched + 1) { return nil }
    }
  }

  /// Skips `count` bytes; false if there are fewer.
  func skip(_ count: Int) throws(WordVectorsError) -> Bool {
    var rest = count
    while rest > end - start {
      rest -= end - start
      advance(end - start)
      if try !refill(for: 1) { return false }
    }
    advance(rest)
    return true
  }

  /// Reads to the end, so that the checks of compressed files are made.
  func drain() throws(WordVectorsError) {
    if plainSize != nil { return }
    repeat { advance(end - start) } while try refill(for: 1)
  }

  private func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: buffer[range])
  }

  private func advance(_ count: Int) {
    start += count
    offset += count
  }

  /// Makes room for `wanted` contiguous bytes, at most doubling the buffer, and reads once. False at the end.
  private func refill(for wanted: Int) throws(WordVectorsError) -> Bool {
    if isAtEnd { return false }
    if isInterrupted() { throw .input(.interrupted) }
    let rest = end - start
    var target = buffer
    if wanted > buffer.count, rest == buffer.count {
      target = .allocate(capacity: 2 * buffer.count)
      target.initialize(repeating: 0)
    }
    // Moved within the buffer, or to the new one.
    UnsafeMutableRawBufferPointer(target).copyMemory(from: UnsafeRawBufferPointer(bytes(start..<end)))
    if target.baseAddress != buffer.baseAddress {
      buffer.deallocate()
      buffer = target
    }
    start = 0
    end = rest
    do throws(InputError) {
      let count = try source.read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[end...]))
      end += count
      isAtEnd = count == 0
      return count > 0
    } catch {
      throw .input(error)
    }
  }
}
